import { CycleError } from "@sync/graph";
import { ManagerError } from "./errors.js";
import type { UnitEvent } from "./events.js";
import type { ReadonlyUnitManager } from "./manager.js";
import { type Refusal, type Requirement, type Status, transitions, type Verb } from "./status.js";
import type { RootCause } from "./unit.js";
import { checkUnitName } from "./unit-name.js";

/** One unit, and what it is to have reached; `completed` when it is not said. */
export interface UnitRequirement {
  readonly unit: string;
  readonly requirement?: Requirement | undefined;
}

/** Declares dependencies: all of them, or, when one is refused, none. */
export interface WantCommand {
  readonly type: "want";
  readonly unit: string;
  readonly dependencies: readonly UnitRequirement[];
}

/** Marks a unit started. */
export interface StartCommand {
  readonly type: "start";
  readonly unit: string;
  /** Binds the unit to whoever this is: nobody else may report on it. */
  readonly owner?: string | undefined;
}

/** Says how a unit ended, or that it is to begin again. */
export interface ReportCommand {
  readonly type: "complete" | "fail" | "reset";
  readonly unit: string;
  readonly reason?: string | undefined;
  /** Who reports. */
  readonly owner?: string | undefined;
  /** Reports although the unit belongs to another owner. */
  readonly force?: boolean | undefined;
}

/** A request to change something. */
export type Command = WantCommand | StartCommand | ReportCommand;

/** How much there may be. */
export interface Limits {
  /** Names, those that are only wanted included. @default no limit */
  readonly units?: number | undefined;
}

/**
 * Decides what comes of a command: the facts to record, in order; none when nothing changes.
 *
 * Changes nothing: a refused command leaves no trace.
 *
 * @throws {ManagerError} with the code of the refusal: `UNIT_ID_REQUIRED`, `UNIT_ID_INVALID`,
 * `CYCLE_DETECTED`, `CONFLICTING_REQUIREMENT`, `UNIT_NOT_FOUND`, `DEPENDENCIES_NOT_SATISFIED`,
 * `DEPENDENCY_FAILED`, `SAME_STATUS_ALREADY_SET`, `INVALID_TRANSITION`, `CANNOT_UPDATE_OTHER_UNIT`, `LIMIT_REACHED`.
 */
export function decide(
  manager: ReadonlyUnitManager,
  command: Command,
  at: number,
  limits: Limits = {},
): UnitEvent[] {
  const events = decideEvents(manager, command, at);
  checkLimits(manager, command, events, limits);
  return events;
}

function decideEvents(manager: ReadonlyUnitManager, command: Command, at: number): UnitEvent[] {
  checkUnitName(command.unit);
  const registered: UnitEvent[] =
    manager.unit(command.unit).status === "not registered"
      ? [{ type: "registered", unit: command.unit, at }]
      : [];
  switch (command.type) {
    case "want":
      return [...registered, ...decideWant(manager, command, at)];
    case "start":
      checkTransition(manager, command.unit, "start");
      return [...registered, { type: "started", unit: command.unit, at, ...given("owner", command.owner) }];
    case "complete":
      return decideReport(manager, command, "completed", at);
    case "fail":
      return decideReport(manager, command, "failed", at);
    case "reset":
      return decideReport(manager, command, "reset", at);
  }
}

function checkLimits(
  manager: ReadonlyUnitManager,
  { unit }: Command,
  events: readonly UnitEvent[],
  { units: most = Number.POSITIVE_INFINITY }: Limits,
): void {
  const names = events.map((event) => (event.type === "wanted" ? event.dependency : event.unit));
  const created = new Set(names.filter((name) => !manager.graph.hasVertex(name)));
  const { vertexCount } = manager.graph;
  if (created.size === 0 || vertexCount + created.size <= most) return;
  throw new ManagerError(
    "LIMIT_REACHED",
    `too many units: there are ${vertexCount}, this would make ${created.size} more, and ${most} is the most`,
    { unit },
  );
}

/**
 * All new edges leave from the same unit, so a cycle holds exactly one of them: each can be checked
 * on its own against the graph as it is.
 */
function decideWant(manager: ReadonlyUnitManager, command: WantCommand, at: number): UnitEvent[] {
  const { unit } = command;
  const wanted = new Map<string, Requirement>();
  for (const { unit: dependency, requirement = "completed" } of command.dependencies) {
    checkUnitName(dependency);
    const declared = wanted.get(dependency) ?? manager.graph.edge(unit, dependency);
    if (declared === undefined) {
      const cycle = manager.graph.findCycle(unit, dependency);
      if (cycle !== undefined) throw cycleDetected(unit, dependency, cycle);
      wanted.set(dependency, requirement);
    } else if (declared !== requirement) {
      throw new ManagerError(
        "CONFLICTING_REQUIREMENT",
        `cannot make unit "${unit}" need "${dependency}" to be ${requirement}: it is declared to need it ${declared}`,
        { unit },
      );
    }
  }
  return Array.from(wanted, ([dependency, requirement]) => ({
    type: "wanted",
    unit,
    dependency,
    requirement,
    at,
  }));
}

function cycleDetected(unit: string, dependency: string, cycle: readonly string[]): ManagerError {
  const cause = new CycleError(cycle);
  return new ManagerError(
    "CYCLE_DETECTED",
    `cannot make unit "${unit}" depend on "${dependency}": ${cause.message}`,
    { unit, path: cycle, cause },
  );
}

function decideReport(
  manager: ReadonlyUnitManager,
  command: ReportCommand,
  type: "completed" | "failed" | "reset",
  at: number,
): UnitEvent[] {
  const { unit, reason, force = false } = command;
  const { owner } = manager.unit(unit);
  if (!checkTransition(manager, unit, command.type)) return [];
  if (owner !== undefined && owner !== command.owner && !force) {
    throw new ManagerError(
      "CANNOT_UPDATE_OTHER_UNIT",
      `cannot ${command.type} unit "${unit}": cannot update other unit's status: it belongs to another owner`,
      { unit },
    );
  }
  return [{ type, unit, at, ...given("reason", reason) }];
}

/** Says whether the verb changes anything; throws when it may not be. */
function checkTransition(manager: ReadonlyUnitManager, name: string, verb: Verb): boolean {
  const { status, readiness } = manager.unit(name);
  const transition = transitions[status === "skipped" ? "pending" : status][verb];
  if ("unchanged" in transition) return false;
  if ("refused" in transition) {
    throw new ManagerError(
      transition.refused,
      `cannot ${verb} unit "${name}": ${describeRefusal(transition.refused, status)}`,
      {
        unit: name,
      },
    );
  }
  if (transition.needs === undefined || readiness === "ready") return true;
  throw readiness === "waiting" ? notReady(manager, name, verb) : dependencyFailed(manager, name, verb);
}

function describeRefusal(code: Refusal, status: Status): string {
  switch (code) {
    case "UNIT_NOT_FOUND":
      return "unit not found: nobody has declared it";
    case "SAME_STATUS_ALREADY_SET":
      return `same status already set: it is ${status}`;
    case "INVALID_TRANSITION":
      return `it is ${status}`;
  }
}

function notReady(manager: ReadonlyUnitManager, unit: string, verb: Verb): ManagerError {
  const blockers = manager.unmetDependencies(unit);
  const names = enumerate(blockers.map((blocker) => `"${blocker.name}"`));
  return new ManagerError(
    "DEPENDENCIES_NOT_SATISFIED",
    `cannot ${verb} unit "${unit}": unit not ready: it waits for ${names}`,
    {
      unit,
      blockers,
    },
  );
}

function dependencyFailed(manager: ReadonlyUnitManager, unit: string, verb: Verb): ManagerError {
  const rootCauses = manager.rootCauses(unit);
  return new ManagerError(
    "DEPENDENCY_FAILED",
    `cannot ${verb} unit "${unit}": a dependency failed: ${describeCauses(rootCauses)}`,
    { unit, blockers: manager.unmetDependencies(unit), rootCauses },
  );
}

/** The root causes in one line. */
export function describeCauses(causes: readonly RootCause[]): string {
  return enumerate(
    causes.map(({ name, reason }) =>
      reason === undefined ? `"${name}" failed` : `"${name}" failed: ${reason}`,
    ),
  );
}

/** A message stays readable: the error's details have the whole list. */
function enumerate(items: readonly string[]): string {
  const most = 6;
  return items.length <= most
    ? items.join(", ")
    : `${items.slice(0, most).join(", ")} and ${items.length - most} more`;
}

function given<K extends string>(key: K, value: string | undefined): { readonly [P in K]?: string } {
  const entry: { [P in K]?: string } = {};
  if (value !== undefined) entry[key] = value;
  return entry;
}
