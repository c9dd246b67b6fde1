import { CycleError } from "@sync/graph";
import { ManagerError } from "./errors.js";
import type { UnitEvent } from "./events.js";
import { checkLimits, type Limits } from "./limits.js";
import type { ReadonlyUnitManager } from "./manager.js";
import {
  type Refusal,
  type Requirement,
  type Status,
  type Transition,
  transitions,
  type Verb,
} from "./status.js";
import type { Caller, Owner, RootCause, Unit } from "./unit.js";
import { checkUnitName, maxUnitNameBytes } from "./unit-name.js";

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
  /** Who will start the unit: it is bound to them from now on, unless it belongs to another or has been started. */
  readonly owner?: Owner | undefined;
}

/** Who asks, where units belong to somebody. */
interface Asker {
  /** The `id` of every owner for whom is asked. */
  readonly onBehalfOf?: readonly string[] | undefined;
  /** Does it although a unit belongs to another owner. */
  readonly force?: boolean | undefined;
}

interface OwnedCommand extends Asker {
  readonly unit: string;
}

/** Marks a unit started, or, while its dependencies are not met, records that somebody would start it. */
export interface StartCommand extends OwnedCommand {
  readonly type: "start";
  /** Binds the unit to whoever this is: nobody else may report on it. */
  readonly owner?: Owner | undefined;
  /** It was asked for before, and the answer was lost: a unit that its owner has started is not started twice. */
  readonly again?: boolean | undefined;
}

/** Says how a unit ended, or that it is to begin again. */
export interface ReportCommand extends OwnedCommand {
  readonly type: "complete" | "fail" | "reset";
  readonly reason?: string | undefined;
}

/** Says that an owner is no more: what it has not ended has failed. */
export interface LoseCommand {
  readonly type: "lose";
  /** Its `id`. */
  readonly owner: string;
  readonly reason: string;
}

/** Makes every unit pending again, or none when one of them may not be. */
export interface ResetAllCommand extends Asker {
  readonly type: "reset all";
  readonly reason?: string | undefined;
}

/** A request to change one unit. */
export type UnitCommand = WantCommand | StartCommand | ReportCommand;

/** A request to change something. */
export type Command = UnitCommand | LoseCommand | ResetAllCommand;

/**
 * Decides what comes of a command: the facts to record, in order; none when nothing changes.
 *
 * Changes nothing: a refused command leaves no trace. A start that must wait is not refused here: it is
 * recorded, and {@link whyNotStarted} says what of.
 *
 * @throws {ManagerError} with the code of the refusal: `UNIT_ID_REQUIRED`, `UNIT_ID_INVALID`,
 * `CYCLE_DETECTED`, `CONFLICTING_REQUIREMENT`, `UNIT_NOT_FOUND`, `DEPENDENCIES_NOT_SATISFIED`,
 * `DEPENDENCY_FAILED`, `SAME_STATUS_ALREADY_SET`, `INVALID_TRANSITION`, `CANNOT_UPDATE_OTHER_UNIT`,
 * `LIMIT_REACHED`.
 */
export function decide(
  manager: ReadonlyUnitManager,
  command: Command,
  at: number,
  limits: Limits = {},
): UnitEvent[] {
  if (command.type === "lose") return decideLose(manager, command, at);
  if (command.type === "reset all") return decideResetAll(manager, command, at);
  checkNames(command, limits.name);
  const events = decideUnit(manager, command, at);
  checkLimits(manager, command.unit, events, limits);
  return events;
}

function checkNames(command: UnitCommand, limit = maxUnitNameBytes): void {
  const mostBytes = Math.min(limit, maxUnitNameBytes);
  checkUnitName(command.unit, mostBytes);
  if (command.type !== "want") return;
  for (const { unit } of command.dependencies) checkUnitName(unit, mostBytes);
}

function decideUnit(manager: ReadonlyUnitManager, command: UnitCommand, at: number): UnitEvent[] {
  const registered: UnitEvent[] =
    manager.unit(command.unit).status === "not registered"
      ? [{ type: "registered", unit: command.unit, at }]
      : [];
  switch (command.type) {
    case "want":
      return [...registered, ...decideWant(manager, command, at), ...decideBinding(manager, command, at)];
    case "start":
      return [...registered, ...decideStart(manager, command, at)];
    case "complete":
      return decideReport(manager, command, "completed", at);
    case "fail":
      return decideReport(manager, command, "failed", at);
    case "reset":
      return decideReport(manager, command, "reset", at);
  }
}

/**
 * All new edges leave from the same unit, so a cycle holds exactly one of them: each can be checked
 * on its own against the graph as it is.
 */
function decideWant(manager: ReadonlyUnitManager, command: WantCommand, at: number): UnitEvent[] {
  const { unit } = command;
  const wanted = new Map<string, Requirement>();
  for (const { unit: dependency, requirement = "completed" } of command.dependencies) {
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

function decideBinding(
  manager: ReadonlyUnitManager,
  { unit: name, owner }: WantCommand,
  at: number,
): UnitEvent[] {
  const unit = manager.unit(name);
  const isFree = unit.owner === undefined && (isPending(unit) || unit.status === "not registered");
  return owner === undefined || !isFree ? [] : [{ type: "attempted", unit: name, at, owner }];
}

function cycleDetected(unit: string, dependency: string, cycle: readonly string[]): ManagerError {
  const cause = new CycleError(cycle);
  return new ManagerError(
    "CYCLE_DETECTED",
    `cannot make unit "${unit}" depend on "${dependency}": ${cause.message}`,
    { unit, path: cycle, cause },
  );
}

function decideStart(manager: ReadonlyUnitManager, command: StartCommand, at: number): UnitEvent[] {
  const unit = manager.unit(command.unit);
  if (command.again === true && isStartedBy(unit, command.owner)) return [];
  const transition = transitionOf(unit, "start");
  if ("refused" in transition) throw refused(unit, "start", transition.refused);
  const mine = isOwnersSide(unit, command);
  if (!mine && command.force !== true) throw notOwner(unit, "start");
  const owner = command.owner ?? (mine ? unit.owner : undefined);
  if (unit.readiness === "ready") return [{ type: "started", unit: unit.name, at, owner }];
  if (isPending(unit)) {
    const isKnown = unit.attempted && owner?.id === unit.owner?.id;
    return isKnown ? [] : [{ type: "attempted", unit: unit.name, at, owner }];
  }
  throw notReady(manager, unit, "start");
}

function isStartedBy(unit: Unit, owner: Owner | undefined): boolean {
  return unit.status === "started" && owner !== undefined && unit.owner?.id === owner.id;
}

/** Why a unit that was asked to start has not started; `undefined` when it has. */
export function whyNotStarted(manager: ReadonlyUnitManager, name: string): ManagerError | undefined {
  const unit = manager.unit(name);
  return unit.status === "started" ? undefined : notReady(manager, unit, "start");
}

function decideReport(
  manager: ReadonlyUnitManager,
  command: ReportCommand,
  type: "completed" | "failed" | "reset",
  at: number,
): UnitEvent[] {
  const unit = manager.unit(command.unit);
  const verb = command.type;
  const transition = transitionOf(unit, verb);
  if ("unchanged" in transition && !unit.attempted) return [];
  if ("refused" in transition) throw refused(unit, verb, transition.refused);
  if ("needs" in transition && unit.readiness !== "ready") throw notReady(manager, unit, verb);
  if (!isOwnersSide(unit, command) && command.force !== true) throw notOwner(unit, verb);
  if (verb === "complete" && unit.attempted) {
    throw new ManagerError(
      "INVALID_TRANSITION",
      `cannot complete unit "${unit.name}": it has not run: its last start was refused`,
      { unit: unit.name },
    );
  }
  return [{ type, unit: unit.name, at, reason: command.reason }];
}

/** What is blocked already has not failed by the loss; it is only nobody's any more. */
function decideLose(manager: ReadonlyUnitManager, { owner, reason }: LoseCommand, at: number): UnitEvent[] {
  return manager
    .ownedBy(owner)
    .map((unit) =>
      manager.unit(unit).status === "skipped"
        ? { type: "reset", unit, at }
        : { type: "failed", unit, at, reason },
    );
}

function decideResetAll(
  manager: ReadonlyUnitManager,
  { reason, onBehalfOf, force }: ResetAllCommand,
  at: number,
): UnitEvent[] {
  return manager
    .units()
    .flatMap(({ name: unit, status }) =>
      status === "not registered"
        ? []
        : decideReport(manager, { type: "reset", unit, reason, onBehalfOf, force }, "reset", at),
    );
}

function transitionOf({ status }: Unit, verb: Verb): Transition {
  return transitions[status === "skipped" ? "pending" : status][verb];
}

function isPending({ status }: Unit): boolean {
  return status === "pending" || status === "skipped";
}

function isOwnersSide({ owner }: Unit, command: StartCommand | ReportCommand): boolean {
  if (owner === undefined) return true;
  const asking = command.type === "start" ? command.owner?.id : undefined;
  return owner.id === asking || command.onBehalfOf?.includes(owner.id) === true;
}

function refused({ name, status }: Unit, verb: Verb, code: Refusal): ManagerError {
  return new ManagerError(code, `cannot ${verb} unit "${name}": ${describeRefusal(code, status)}`, {
    unit: name,
  });
}

function notOwner({ name, owner }: Unit, verb: Verb): ManagerError {
  return new ManagerError(
    "CANNOT_UPDATE_OTHER_UNIT",
    `cannot ${verb} unit "${name}": cannot update other unit's status: it belongs to ${describeOwner(owner)}`,
    { unit: name },
  );
}

function describeOwner({ pid, command }: Caller = {}): string {
  if (pid === undefined) return "another owner";
  return command === undefined ? `process ${pid}` : `process ${pid} (${command})`;
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

function notReady(manager: ReadonlyUnitManager, { name, readiness }: Unit, verb: Verb): ManagerError {
  const blockers = manager.unmetDependencies(name);
  if (readiness === "blocked") {
    const rootCauses = manager.rootCauses(name);
    return new ManagerError(
      "DEPENDENCY_FAILED",
      `cannot ${verb} unit "${name}": a dependency failed: ${describeCauses(rootCauses)}`,
      { unit: name, blockers, rootCauses },
    );
  }
  const names = enumerate(blockers.map((blocker) => `"${blocker.name}"`));
  return new ManagerError(
    "DEPENDENCIES_NOT_SATISFIED",
    `cannot ${verb} unit "${name}": unit not ready: it waits for ${names}`,
    { unit: name, blockers },
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
export function enumerate(items: readonly string[]): string {
  const most = 6;
  return items.length <= most
    ? items.join(", ")
    : `${items.slice(0, most).join(", ")} and ${items.length - most} more`;
}
