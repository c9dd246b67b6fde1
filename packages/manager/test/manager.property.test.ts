import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type Command,
  compareNames,
  decide,
  ManagerError,
  type UnitEvent,
  UnitManager,
  type UnitSnapshot,
} from "../src/index.js";
import { Oracle } from "./oracle.js";

const unit = fc.constantFrom("a", "b", "c", "d", "e", "f", "g", "h");
const requirement = fc.constantFrom("started", "completed", "finished", undefined);
const owner = fc.constantFrom(undefined, undefined, { id: "me" }, { id: "you", pid: 7 });
const onBehalfOf = fc.constantFrom(undefined, undefined, ["me"], ["you", "others"]);

const command: fc.Arbitrary<Command> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      type: fc.constant("want" as const),
      unit,
      dependencies: fc.array(fc.record({ unit, requirement }), { minLength: 1, maxLength: 4 }),
      owner,
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      type: fc.constant("start" as const),
      unit,
      owner,
      onBehalfOf,
      force: fc.boolean(),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      type: fc.constantFrom("complete", "fail", "fail", "reset"),
      unit,
      onBehalfOf,
      force: fc.boolean(),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ type: fc.constant("reset all" as const), onBehalfOf, force: fc.boolean() }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constant("lose" as const),
      owner: fc.constantFrom("me", "you"),
      reason: fc.constant("owner lost"),
    }),
  },
);

/** Does a command by the rules of the oracle: the code of a refusal, or nothing. */
function model(oracle: Oracle, command: Command): string | undefined {
  if (command.type === "lose") {
    const owned = [...oracle.nodes].filter(([, node]) => node.owner === command.owner);
    const skipped = owned.filter(([name]) => oracle.status(name) === "skipped");
    for (const [, node] of owned)
      Object.assign(node, { stored: "failed", owner: undefined, attempted: false });
    for (const [, node] of skipped) node.stored = "pending";
    return undefined;
  }
  if (command.type === "reset all") {
    const registered = [...oracle.nodes].filter(([, node]) => node.stored !== undefined);
    const foreign = ({ owner }: { owner: string | undefined }) =>
      owner !== undefined && !(command.onBehalfOf ?? []).includes(owner);
    if (!command.force && registered.some(([, node]) => foreign(node))) return "CANNOT_UPDATE_OTHER_UNIT";
    for (const [, node] of registered) {
      Object.assign(node, { stored: "pending", hasRun: false, owner: undefined, attempted: false });
    }
    return undefined;
  }
  const { unit } = command;
  if (command.type === "want") {
    const wanted = new Map<string, string>();
    for (const { unit: dependency, requirement = "completed" } of command.dependencies) {
      const declared = wanted.get(dependency) ?? oracle.nodes.get(unit)?.needs.get(dependency);
      if (declared === undefined && oracle.reaches(dependency, unit)) return "CYCLE_DETECTED";
      if (declared !== undefined && declared !== requirement) return "CONFLICTING_REQUIREMENT";
      wanted.set(dependency, requirement);
    }
    oracle.node(unit).stored ??= "pending";
    for (const { unit: dependency, requirement = "completed" } of command.dependencies) {
      oracle.node(dependency);
      oracle.node(unit).needs.set(dependency, requirement);
    }
    const node = oracle.node(unit);
    if (command.owner !== undefined && node.stored === "pending" && node.owner === undefined) {
      Object.assign(node, { owner: command.owner.id, attempted: true });
    }
    return undefined;
  }
  const status = oracle.status(unit);
  const readiness = oracle.readiness(unit);
  const pending = status === "pending" || status === "skipped";
  const notReady = readiness === "waiting" ? "DEPENDENCIES_NOT_SATISFIED" : "DEPENDENCY_FAILED";
  const owner = oracle.nodes.get(unit)?.owner;
  const starter = command.type === "start" ? command.owner?.id : undefined;
  const mine = owner === undefined || owner === starter || (command.onBehalfOf ?? []).includes(owner);
  if (command.type === "start") {
    if (status === "started") return "SAME_STATUS_ALREADY_SET";
    if (!mine && !command.force) return "CANNOT_UPDATE_OTHER_UNIT";
    if (readiness !== "ready" && !pending) return notReady;
    const node = oracle.node(unit);
    node.owner = starter ?? (mine ? owner : undefined);
    node.attempted = readiness !== "ready";
    if (readiness !== "ready") return undefined;
    node.stored = "started";
    node.hasRun = true;
    return undefined;
  }
  if (status === "not registered") return "UNIT_NOT_FOUND";
  const node = oracle.node(unit);
  if (command.type === "reset" && pending && !node.attempted) return undefined;
  if (command.type === "complete") {
    if (status === "completed") return "SAME_STATUS_ALREADY_SET";
    if (status === "failed") return "INVALID_TRANSITION";
    if (pending && readiness !== "ready") return notReady;
  }
  if (command.type === "fail") {
    if (status === "failed") return "SAME_STATUS_ALREADY_SET";
    if (status === "completed") return "INVALID_TRANSITION";
  }
  if (!mine && !command.force) return "CANNOT_UPDATE_OTHER_UNIT";
  if (command.type === "complete" && node.attempted) return "INVALID_TRANSITION";
  node.stored = command.type === "complete" ? "completed" : command.type === "fail" ? "failed" : "pending";
  if (command.type === "reset") node.hasRun = false;
  node.owner = undefined;
  node.attempted = false;
  return undefined;
}

function attempt(manager: UnitManager, command: Command, at: number): UnitEvent[] | string {
  try {
    return decide(manager, command, at);
  } catch (error) {
    if (error instanceof ManagerError) return error.code;
    throw error;
  }
}

/** Everything there is to see of the units. */
function view(manager: UnitManager) {
  return manager.units().map(({ name }) => manager.snapshot(name));
}

function byName(units: readonly UnitSnapshot[]): UnitSnapshot[] {
  return units.toSorted((a, b) => compareNames(a.name, b.name));
}

describe("commands", () => {
  it("agree with a naive model on every status, readiness, root cause and refusal after every step", () => {
    fc.assert(
      fc.property(fc.array(command, { maxLength: 60 }), (commands) => {
        const manager = new UnitManager();
        const oracle = new Oracle();
        for (const [at, command] of commands.entries()) {
          const before = JSON.stringify(view(manager));
          const events = attempt(manager, command, at);
          const refused = model(oracle, command);
          expect(typeof events === "string" ? events : undefined).toBe(refused);
          expect(JSON.stringify(view(manager)), "decide changes nothing").toBe(before);
          if (typeof events !== "string") for (const event of events) manager.apply(event);
          expect(
            view(manager)
              .map(({ name }) => name)
              .sort(),
          ).toEqual([...oracle.nodes.keys()].sort());
          for (const { name, status, readiness, rootCauses, owner, attempted } of view(manager)) {
            expect([name, status, readiness]).toEqual([name, oracle.status(name), oracle.readiness(name)]);
            const node = oracle.node(name);
            expect([name, owner?.id, attempted]).toEqual([name, node.owner, node.attempted]);
            expect(owner === undefined || manager.ownedBy(owner.id).includes(name)).toBe(true);
            const expected = readiness === "blocked" ? oracle.rootCauses(name) : [];
            expect(rootCauses.map((cause) => cause.name)).toEqual(expected);
          }
        }
      }),
      { numRuns: 400 },
    );
  });

  it("report exactly the units whose status or readiness they changed", () => {
    fc.assert(
      fc.property(fc.array(command, { maxLength: 60 }), (commands) => {
        const manager = new UnitManager();
        const seen = () =>
          new Map(manager.units().map(({ name, status, readiness }) => [name, `${status} ${readiness}`]));
        for (const [at, command] of commands.entries()) {
          const events = attempt(manager, command, at);
          if (typeof events === "string") continue;
          for (const event of events) {
            const before = seen();
            const changed = manager.apply(event);
            const differ = [...seen()].filter(
              ([name, now]) => now !== (before.get(name) ?? "not registered ready"),
            );
            expect([...changed].sort()).toEqual(differ.map(([name]) => name).sort());
          }
        }
      }),
      { numRuns: 300 },
    );
  });

  it("leave events behind that give the same state when they are replayed", () => {
    fc.assert(
      fc.property(fc.array(command, { maxLength: 80 }), (commands) => {
        const manager = new UnitManager();
        const log: UnitEvent[] = [];
        for (const [at, command] of commands.entries()) {
          const events = attempt(manager, command, at);
          if (typeof events === "string") continue;
          for (const event of events) manager.apply(event);
          log.push(...events);
        }
        const replayed = new UnitManager();
        for (const event of JSON.parse(JSON.stringify(log)) as UnitEvent[]) replayed.apply(event);
        expect(view(replayed)).toEqual(view(manager));
        expect([...replayed.graph.edges()]).toEqual([...manager.graph.edges()]);

        const short = new UnitManager();
        for (const event of manager.history()) short.apply(event);
        expect(byName(view(short))).toEqual(byName(view(manager)));
      }),
      { numRuns: 200 },
    );
  });
});
