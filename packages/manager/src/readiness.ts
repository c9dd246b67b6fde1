import type { ReadonlyGraph } from "@sync/graph";
import type { UnitEvent } from "./events.js";
import {
  type Readiness,
  type Requirement,
  requirementState,
  type Status,
  type StoredStatus,
} from "./status.js";
import type { Owner } from "./unit.js";

/** What is kept of one name. */
export interface UnitState {
  /** `undefined` for a name that is only wanted. */
  stored: StoredStatus | undefined;
  since: number | undefined;
  reason: string | undefined;
  owner: Owner | undefined;
  /** Whether a start was refused since it was last pending: what has not run cannot be complete. */
  attempted: boolean;
  /** Whether it was started since it was last pending: a unit that failed without running passes the blame on. */
  hasRun: boolean;
  /** How many dependencies it has. */
  dependencies: number;
  /** Dependencies that are not met, the impossible ones included. */
  unmet: number;
  /** Dependencies that cannot be met unless something is started again. */
  impossible: number;
}

export type UnitStates = ReadonlyMap<string, UnitState>;

export function newState(): UnitState {
  return {
    stored: undefined,
    since: undefined,
    reason: undefined,
    owner: undefined,
    attempted: false,
    hasRun: false,
    dependencies: 0,
    unmet: 0,
    impossible: 0,
  };
}

export function statusOf(state: UnitState | undefined): Status {
  if (state?.stored === undefined) return "not registered";
  return state.stored === "pending" && state.impossible > 0 ? "skipped" : state.stored;
}

export function readinessOf(state: UnitState | undefined): Readiness {
  if (state === undefined || state.unmet === 0) return "ready";
  return state.impossible > 0 ? "blocked" : "waiting";
}

/** The events that give this state, without what the unit needs. */
export function historyOf(unit: string, state: UnitState): UnitEvent[] {
  const { stored, since: at = 0, reason, owner, hasRun, attempted } = state;
  if (stored === undefined) return [];
  const fact = { unit, at };
  const report = { ...fact, ...(reason !== undefined && { reason }) };
  const bound = { ...fact, ...(owner !== undefined && { owner }) };
  const registered: UnitEvent = { type: "registered", ...fact };
  switch (stored) {
    case "pending":
      return [
        registered,
        ...(reason === undefined ? [] : [{ type: "reset" as const, ...report }]),
        ...(attempted ? [{ type: "attempted" as const, ...bound }] : []),
      ];
    case "started":
      return [registered, { type: "started", ...bound }];
    case "completed":
      return [registered, { type: "completed", ...report }];
    case "failed":
      return [
        registered,
        ...(hasRun ? [{ type: "started" as const, ...fact }] : []),
        { type: "failed", ...report },
      ];
  }
}

/** Counts one dependency in (`by` = 1) or out (`by` = -1), as it is while its dependency is in `status`. */
export function count(state: UnitState, requirement: Requirement, status: Status, by: 1 | -1): void {
  const now = requirementState(requirement, status);
  if (now !== "met") state.unmet += by;
  if (now === "impossible") state.impossible += by;
}

/**
 * Brings the counters of every dependent up to date after `unit` went from status `before` to what it
 * is now, and on through those that become skipped or pending by it.
 *
 * Adds to `changed` every unit whose status or readiness is another now.
 *
 * @remarks Cost: the dependents of each unit whose status changed; what else they depend on is not looked at.
 */
export function propagate(
  graph: ReadonlyGraph<string, Requirement>,
  states: UnitStates,
  unit: string,
  before: Status,
  changed: Set<string>,
): void {
  const moved: { unit: string; before: Status }[] = [{ unit, before }];
  for (let next = moved.pop(); next !== undefined; next = moved.pop()) {
    const after = statusOf(states.get(next.unit));
    if (after === next.before) continue;
    for (const { from, edge: requirement } of graph.edgesTo(next.unit)) {
      const dependent = states.get(from);
      if (dependent === undefined) continue;
      if (requirementState(requirement, next.before) === requirementState(requirement, after)) continue;
      const status = statusOf(dependent);
      const readiness = readinessOf(dependent);
      count(dependent, requirement, next.before, -1);
      count(dependent, requirement, after, 1);
      if (readinessOf(dependent) !== readiness) changed.add(from);
      if (statusOf(dependent) !== status) moved.push({ unit: from, before: status });
    }
  }
}

/** The dependencies of `unit` that cannot be met unless something is started again. */
export function* impossibleDependencies(
  graph: ReadonlyGraph<string, Requirement>,
  states: UnitStates,
  unit: string,
): Generator<string, void, undefined> {
  for (const { to, edge: requirement } of graph.edgesFrom(unit)) {
    if (requirementState(requirement, statusOf(states.get(to))) === "impossible") yield to;
  }
}

/**
 * Follows failed and skipped units to where it began: to the failed units that had run, or that
 * nothing blocks.
 *
 * @remarks Cost: the impossible part of the graph below `impossible`, each unit once.
 */
export function rootCauses(
  graph: ReadonlyGraph<string, Requirement>,
  states: UnitStates,
  impossible: Iterable<string>,
): Set<string> {
  const roots = new Set<string>();
  const seen = new Set(impossible);
  const open = [...seen];
  for (let unit = open.pop(); unit !== undefined; unit = open.pop()) {
    const state = states.get(unit);
    if (state?.stored === "failed" && (state.hasRun || state.impossible === 0)) {
      roots.add(unit);
      continue;
    }
    for (const dependency of impossibleDependencies(graph, states, unit)) {
      if (seen.has(dependency)) continue;
      seen.add(dependency);
      open.push(dependency);
    }
  }
  return roots;
}
