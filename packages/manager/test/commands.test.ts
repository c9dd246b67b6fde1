import { describe, expect, it } from "vitest";
import {
  type Command,
  decide,
  deepBlockers,
  ManagerError,
  UnitManager,
  whyNotStarted,
} from "../src/index.js";

function execute(manager: UnitManager, command: Command): ManagerError | undefined {
  try {
    for (const event of decide(manager, command, 5)) manager.apply(event);
    if (command.type === "start") return whyNotStarted(manager, command.unit);
  } catch (error) {
    if (error instanceof ManagerError) return error;
    throw error;
  }
  return undefined;
}

function want(unit: string, ...names: string[]): Command {
  return { type: "want", unit, dependencies: names.map((name) => ({ unit: name })) };
}

describe("want", () => {
  it("registers the dependent, not the dependency", () => {
    expect(decide(new UnitManager(), want("a", "b", "c"), 5)).toEqual([
      { type: "registered", unit: "a", at: 5 },
      { type: "wanted", unit: "a", dependency: "b", requirement: "completed", at: 5 },
      { type: "wanted", unit: "a", dependency: "c", requirement: "completed", at: 5 },
    ]);
  });

  it("is nothing new the second time", () => {
    const manager = new UnitManager();
    execute(manager, want("a", "b"));
    expect(decide(manager, want("a", "b", "b"), 5)).toEqual([]);
  });

  it("is refused as a whole when one of several closes a cycle, with the whole path", () => {
    // c -> b -> a, and a -> c would close it
    const manager = new UnitManager();
    execute(manager, want("c", "b"));
    execute(manager, want("b", "a"));
    const error = execute(manager, want("a", "x", "c"));
    expect(error?.code).toBe("CYCLE_DETECTED");
    expect(error?.details.path).toEqual(["a", "c", "b", "a"]);
    expect(error?.message).toContain("cycle detected: a -> c -> b -> a");
    expect(manager.graph.hasVertex("x")).toBe(false);
    expect(manager.unit("a").status).toBe("not registered");
  });

  it("is refused when a unit wants itself, among others", () => {
    const manager = new UnitManager();
    expect(execute(manager, want("a", "b", "a"))?.details.path).toEqual(["a", "a"]);
    expect(manager.units()).toEqual([]);
  });

  it("is refused when two authors disagree about the requirement", () => {
    const manager = new UnitManager();
    execute(manager, want("a", "b"));
    const other: Command = { type: "want", unit: "a", dependencies: [{ unit: "b", requirement: "started" }] };
    expect(execute(manager, other)?.code).toBe("CONFLICTING_REQUIREMENT");
    const twice: Command = {
      type: "want",
      unit: "z",
      dependencies: [{ unit: "b", requirement: "started" }, { unit: "b" }],
    };
    expect(execute(manager, twice)?.code).toBe("CONFLICTING_REQUIREMENT");
    expect(manager.unit("z").status).toBe("not registered");
  });

  it("checks every name before anything else", () => {
    expect(execute(new UnitManager(), want("", "b"))?.code).toBe("UNIT_ID_REQUIRED");
    expect(execute(new UnitManager(), want("a", "b", ""))?.code).toBe("UNIT_ID_REQUIRED");
  });
});

describe("a refusal", () => {
  it("names who is waited for, and keeps the message short when they are many", () => {
    const manager = new UnitManager();
    const names = Array.from({ length: 20 }, (_, index) => `dep-${String(index).padStart(2, "0")}`);
    execute(manager, want("a", ...names));
    const error = execute(manager, { type: "start", unit: "a" });
    expect(error?.message).toContain('unit not ready: it waits for "dep-00", "dep-01"');
    expect(error?.message).toContain("and 14 more");
    expect(error?.details.blockers?.map(({ name }) => name)).toEqual(names);
  });

  it("gives the root cause with its reason", () => {
    const manager = new UnitManager();
    execute(manager, want("b", "a"));
    execute(manager, { type: "start", unit: "a" });
    execute(manager, { type: "fail", unit: "a", reason: "exit 3" });
    const error = execute(manager, { type: "start", unit: "b" });
    expect(error?.code).toBe("DEPENDENCY_FAILED");
    expect(error?.message).toBe('cannot start unit "b": a dependency failed: "a" failed: exit 3');
    expect(error?.details.rootCauses).toEqual([{ name: "a", since: 5, reason: "exit 3" }]);
  });
});

describe("an owned unit", () => {
  const owner = { id: "lease:1", pid: 7, command: "sh a.sh" };

  function owned(): UnitManager {
    const manager = new UnitManager();
    execute(manager, { type: "start", unit: "a", owner });
    return manager;
  }

  it("is reported on by its owner only, unless by force", () => {
    for (const type of ["complete", "fail", "reset"] as const) {
      expect(execute(owned(), { type, unit: "a" })?.code).toBe("CANNOT_UPDATE_OTHER_UNIT");
      const other = execute(owned(), { type, unit: "a", onBehalfOf: ["lease:2"] });
      expect(other?.code).toBe("CANNOT_UPDATE_OTHER_UNIT");
      expect(other?.message).toContain("it belongs to process 7 (sh a.sh)");
      expect(execute(owned(), { type, unit: "a", onBehalfOf: ["lease:2", "lease:1"] })).toBeUndefined();
      expect(execute(owned(), { type, unit: "a", force: true })).toBeUndefined();
    }
  });

  it("is nobody's once it has ended", () => {
    const manager = owned();
    execute(manager, { type: "fail", unit: "a", onBehalfOf: ["lease:1"] });
    expect(manager.unit("a").owner).toBeUndefined();
    expect(execute(manager, { type: "reset", unit: "a" })).toBeUndefined();
  });
});

describe("a start that is asked for again", () => {
  const start = (owner?: string, again = true): Command => ({
    type: "start",
    unit: "a",
    again,
    ...(owner !== undefined && { owner: { id: owner }, onBehalfOf: [owner] }),
  });

  it("is done already when its owner has started the unit, and not when another has, or nobody that is known", () => {
    const manager = new UnitManager();
    execute(manager, start("me"));
    expect(decide(manager, start("me"), 5)).toEqual([]);
    expect(execute(manager, start("me"))).toBeUndefined();
    for (const other of [start("me", false), start("you"), start()]) {
      expect(execute(manager, other)?.code).toBe("SAME_STATUS_ALREADY_SET");
    }
  });
});

describe("a unit that somebody would start, and cannot yet", () => {
  const owner = { id: "lease:1" };

  function attempted(): UnitManager {
    const manager = new UnitManager();
    execute(manager, want("a", "b"));
    execute(manager, { type: "start", unit: "a", owner });
    return manager;
  }

  it("is pending, and remembers that and by whom", () => {
    expect(attempted().unit("a")).toMatchObject({ status: "pending", attempted: true, owner });
    expect(attempted().ownedBy("lease:1")).toEqual(["a"]);
  });

  it("is recorded once for the same owner", () => {
    expect(decide(attempted(), { type: "start", unit: "a", owner }, 6)).toEqual([]);
  });

  it("is started by its owner only, unless by force", () => {
    expect(execute(attempted(), { type: "start", unit: "a" })?.code).toBe("CANNOT_UPDATE_OTHER_UNIT");
    const other = { id: "lease:2" };
    expect(execute(attempted(), { type: "start", unit: "a", owner: other })?.code).toBe(
      "CANNOT_UPDATE_OTHER_UNIT",
    );
    const forced = attempted();
    execute(forced, { type: "start", unit: "a", owner: other, force: true });
    expect(forced.unit("a").owner).toEqual(other);
  });

  it("cannot be completed once it is ready, for it has not run", () => {
    const manager = attempted();
    execute(manager, { type: "start", unit: "b" });
    execute(manager, { type: "complete", unit: "b" });
    const error = execute(manager, { type: "complete", unit: "a", onBehalfOf: ["lease:1"] });
    expect(error?.code).toBe("INVALID_TRANSITION");
    expect(error?.message).toContain("it has not run");
  });

  it("stays its owner's when the start is repeated without naming one", () => {
    const manager = attempted();
    execute(manager, { type: "start", unit: "b" });
    execute(manager, { type: "complete", unit: "b" });
    execute(manager, { type: "start", unit: "a", onBehalfOf: ["lease:1"] });
    expect(manager.unit("a")).toMatchObject({ status: "started", owner, attempted: false });
  });
});

describe("a want on behalf of an owner", () => {
  const owner = { id: "lease:1" };
  const owned = (unit: string): Command => ({ type: "want", unit, dependencies: [{ unit: "b" }], owner });

  it("binds the unit, so that it fails when the owner ends before it could start it", () => {
    const manager = new UnitManager();
    execute(manager, owned("a"));
    expect(manager.unit("a")).toMatchObject({ status: "pending", attempted: true, owner });
    execute(manager, { type: "lose", owner: owner.id, reason: "owner lost" });
    expect(manager.unit("a")).toMatchObject({ status: "failed", reason: "owner lost" });
  });

  it("leaves alone what runs, and what is another's", () => {
    const manager = new UnitManager();
    execute(manager, { type: "start", unit: "runs" });
    execute(manager, want("other", "c"));
    execute(manager, { type: "start", unit: "other", owner: { id: "lease:2" } });
    for (const unit of ["runs", "other"]) execute(manager, owned(unit));
    expect(manager.unit("runs")).toMatchObject({ status: "started", owner: undefined });
    expect(manager.unit("other").owner).toEqual({ id: "lease:2" });
  });
});

describe("the loss of an owner", () => {
  const owner = { id: "lease:1" };
  const lose: Command = { type: "lose", owner: owner.id, reason: "owner lost" };

  it("fails what it had started and what it would have started, and nothing else", () => {
    const manager = new UnitManager();
    for (const unit of ["runs", "ended"]) execute(manager, { type: "start", unit, owner });
    execute(manager, { type: "complete", unit: "ended", onBehalfOf: [owner.id] });
    execute(manager, want("waits", "x"));
    execute(manager, { type: "start", unit: "waits", owner });
    execute(manager, { type: "start", unit: "others", owner: { id: "lease:2" } });
    execute(manager, lose);
    const statuses = ["runs", "ended", "waits", "others"].map((unit) => manager.unit(unit).status);
    expect(statuses).toEqual(["failed", "completed", "failed", "started"]);
    expect(manager.unit("waits").reason).toBe("owner lost");
    expect(manager.ownedBy(owner.id)).toEqual([]);
  });

  it("sets free what was skipped already, so that the blame stays where it is", () => {
    const manager = new UnitManager();
    execute(manager, want("a", "b"));
    execute(manager, { type: "start", unit: "b" });
    execute(manager, { type: "start", unit: "a", owner });
    execute(manager, { type: "fail", unit: "b" });
    execute(manager, lose);
    expect(manager.unit("a")).toMatchObject({ status: "skipped", owner: undefined, attempted: false });
  });
});

describe("the blockers below a unit", () => {
  it("are told down to the roots, each unit's own once", () => {
    const manager = new UnitManager();
    execute(manager, want("top", "left", "right"));
    execute(manager, want("left", "base", "done"));
    execute(manager, want("right", "base"));
    execute(manager, want("base", "root"));
    for (const unit of ["done", "root"]) execute(manager, { type: "start", unit });
    execute(manager, { type: "complete", unit: "done" });
    const edges = () => deepBlockers(manager, "top").map(({ neededBy, name }) => `${neededBy} ${name}`);
    expect(edges()).toEqual(["top left", "left base", "base root", "top right", "right base"]);
    execute(manager, { type: "fail", unit: "root", reason: "exit 1" });
    expect(edges()).toEqual(["top left", "left base", "base root", "top right", "right base"]);
    expect(deepBlockers(manager, "root")).toEqual([]);
  });

  it("end at a unit that runs, or that has failed by itself", () => {
    const manager = new UnitManager();
    execute(manager, want("a", "b", "c"));
    for (const unit of ["b", "c"]) execute(manager, { type: "start", unit });
    for (const unit of ["b", "c"]) execute(manager, want(unit, "later"));
    execute(manager, { type: "fail", unit: "c" });
    expect(deepBlockers(manager, "a").map(({ name }) => name)).toEqual(["b", "c"]);
  });

  it("are told of a chain of 20 000", () => {
    const manager = new UnitManager();
    for (let unit = 0; unit < 20_000; unit += 1) execute(manager, want(`u${unit}`, `u${unit + 1}`));
    expect(deepBlockers(manager, "u0")).toHaveLength(20_000);
  });
});
