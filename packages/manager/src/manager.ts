import { CycleError, Graph, type ReadonlyGraph } from "@sync/graph";
import { ManagerError } from "./errors.js";
import type { UnitEvent } from "./events.js";
import {
  count,
  historyOf,
  impossibleDependencies,
  newState,
  propagate,
  readinessOf,
  rootCauses,
  statusOf,
  type UnitState,
} from "./readiness.js";
import { type Requirement, requirementState, type Status, type StoredStatus } from "./status.js";
import type { Blocker, Dependency, Owner, RootCause, Unit, UnitSnapshot } from "./unit.js";
import { checkUnitName, compareNames } from "./unit-name.js";

/** What one report says besides the status. */
export interface Report {
  /** ms since the epoch. */
  readonly at?: number | undefined;
  readonly reason?: string | undefined;
  readonly owner?: Owner | undefined;
}

/** Everything that can be asked of a {@link UnitManager}. */
export type ReadonlyUnitManager = Omit<
  UnitManager,
  "register" | "addDependency" | "updateStatus" | "attempt" | "apply"
>;

/**
 * Units, what they need of each other, and what follows from it: who is ready, who can no longer become
 * so, and because of whom.
 *
 * Each change returns the names whose status or readiness it changed. A change that is refused
 * changes nothing.
 */
export class UnitManager {
  readonly #graph = new Graph<string, Requirement>();
  readonly #states = new Map<string, UnitState>();
  readonly #byOwner = new Map<string, Set<string>>();
  #registered = 0;

  /** The edges *dependent → dependency*, with their requirements; unregistered names included. */
  get graph(): ReadonlyGraph<string, Requirement> {
    return this.#graph;
  }

  /** How many units are registered. */
  get size(): number {
    return this.#registered;
  }

  /**
   * Makes a name known as a pending unit.
   *
   * @throws {ManagerError} `UNIT_ID_REQUIRED`, `UNIT_ID_INVALID`, `UNIT_ALREADY_REGISTERED`.
   */
  register(name: string, report: Report = {}): ReadonlySet<string> {
    checkUnitName(name);
    const state = this.#stateOf(name);
    if (state.stored !== undefined) {
      throw new ManagerError(
        "UNIT_ALREADY_REGISTERED",
        `cannot register unit "${name}": it is registered already`,
        {
          unit: name,
        },
      );
    }
    state.stored = "pending";
    state.since = report.at;
    this.#graph.addVertex(name);
    this.#registered += 1;
    return new Set([name]);
  }

  /**
   * Makes `dependent` need `dependency`; a pair that exists gets the new requirement.
   *
   * @throws {ManagerError} `UNIT_NOT_FOUND` when `dependent` is not registered; `UNIT_ID_REQUIRED` or
   * `UNIT_ID_INVALID` for a name that cannot be; `FAILED_TO_ADD_DEPENDENCY`, with the cycle as `cause`
   * and its `path`.
   */
  addDependency(
    dependent: string,
    dependency: string,
    requirement: Requirement = "completed",
  ): ReadonlySet<string> {
    const changed = new Set<string>();
    const state = this.#registeredState(dependent, "add a dependency to");
    checkUnitName(dependency);
    const replaced = this.#graph.edge(dependent, dependency);
    this.#addEdge(dependent, dependency, requirement);
    const needed = statusOf(this.#stateOf(dependency));
    const status = statusOf(state);
    const readiness = readinessOf(state);
    if (replaced === undefined) state.dependencies += 1;
    else count(state, replaced, needed, -1);
    count(state, requirement, needed, 1);
    if (readinessOf(state) !== readiness) changed.add(dependent);
    propagate(this.#graph, this.#states, dependent, status, changed);
    return changed;
  }

  /**
   * Gives a registered unit another status, whatever its readiness: the rules of scripts are `decide`'s.
   *
   * @throws {ManagerError} `UNIT_ID_REQUIRED`, `UNIT_NOT_FOUND`, `SAME_STATUS_ALREADY_SET`.
   * @remarks Cost: the dependents of each unit whose status changes by it.
   */
  updateStatus(name: string, status: StoredStatus, report: Report = {}): ReadonlySet<string> {
    const state = this.#registeredState(name, "update the status of");
    if (state.stored === status) {
      throw new ManagerError(
        "SAME_STATUS_ALREADY_SET",
        `cannot update the status of unit "${name}": same status already set ("${status}")`,
        { unit: name },
      );
    }
    const before = statusOf(state);
    const changed = new Set([name]);
    state.stored = status;
    state.since = report.at;
    state.reason = report.reason;
    state.attempted = false;
    this.#bind(name, state, report.owner);
    if (status === "started") state.hasRun = true;
    if (status === "pending") state.hasRun = false;
    propagate(this.#graph, this.#states, name, before, changed);
    return changed;
  }

  /**
   * Says that somebody would start a pending unit and could not: it is bound to whoever that is.
   *
   * @throws {ManagerError} `UNIT_ID_REQUIRED`, `UNIT_NOT_FOUND`.
   */
  attempt(name: string, owner?: Owner): ReadonlySet<string> {
    const state = this.#registeredState(name, "start");
    state.attempted = true;
    this.#bind(name, state, owner);
    return new Set();
  }

  /** Makes a fact true. The same events in the same order give the same state. */
  apply(event: UnitEvent): ReadonlySet<string> {
    switch (event.type) {
      case "registered":
        return this.register(event.unit, event);
      case "wanted":
        return this.addDependency(event.unit, event.dependency, event.requirement);
      case "attempted":
        return this.attempt(event.unit, event.owner);
      case "reset":
        return this.#reset(event.unit, event);
      case "started":
      case "completed":
      case "failed":
        return this.updateStatus(event.unit, event.type, event);
    }
  }

  /** As few events as give this state, one after another; names that are only wanted may come in another order. */
  *history(): Generator<UnitEvent, void, undefined> {
    for (const [unit, state] of this.#states) yield* historyOf(unit, state);
    for (const { from, to, edge } of this.#graph.edges()) {
      const at = this.#states.get(from)?.since ?? 0;
      yield { type: "wanted", unit: from, dependency: to, requirement: edge, at };
    }
  }

  /** One unit as it is now; a name that nobody declared is `not registered`, and ready. */
  unit(name: string): Unit {
    const state = this.#states.get(name);
    return {
      name,
      status: statusOf(state),
      readiness: readinessOf(state),
      since: state?.since,
      reason: state?.reason,
      owner: state?.owner,
      attempted: state?.attempted ?? false,
    };
  }

  /** Every unit, and every name that is only wanted, in the order in which they were first named. */
  units(): Unit[] {
    return Array.from(this.#states.keys(), (name) => this.unit(name));
  }

  /** How many units have each status, names that are only wanted included. Cost: a look at each. */
  countByStatus(): Record<Status, number> {
    const counts = { "not registered": 0, pending: 0, started: 0, completed: 0, failed: 0, skipped: 0 };
    for (const state of this.#states.values()) counts[statusOf(state)] += 1;
    return counts;
  }

  /**
   * A unit with its dependencies and root causes.
   *
   * @throws {ManagerError} `UNIT_ID_REQUIRED`, `UNIT_ID_INVALID`.
   */
  snapshot(name: string): UnitSnapshot {
    if (!this.#states.has(name)) checkUnitName(name);
    const dependencies = this.dependencies(name).sort((a, b) => compareNames(a.name, b.name));
    return { dependencies, rootCauses: this.rootCauses(name), ...this.unit(name) };
  }

  /** Says whether every dependency of `name` is met. O(1). */
  isReady(name: string): boolean {
    return readinessOf(this.#states.get(name)) === "ready";
  }

  /** How many units `name` depends on. O(1). */
  dependencyCount(name: string): number {
    return this.#states.get(name)?.dependencies ?? 0;
  }

  /** What `name` depends on, in the order in which it was declared. */
  dependencies(name: string): Dependency[] {
    const dependencies: Dependency[] = [];
    for (const { to, edge: requirement } of this.#graph.edgesFrom(name)) {
      const status = statusOf(this.#states.get(to));
      const isMet = requirementState(requirement, status) === "met";
      dependencies.push({ name: to, requirement, status, isMet });
    }
    return dependencies;
  }

  /** The dependencies of `name` that are not met, sorted by name. */
  unmetDependencies(name: string): Blocker[] {
    return this.dependencies(name)
      .filter((dependency) => !dependency.isMet)
      .sort((a, b) => compareNames(a.name, b.name))
      .map((dependency) => this.blocker(dependency.name, dependency.requirement));
  }

  /** What is known of `name` to whoever needs it to be `requirement`. */
  blocker(name: string, requirement: Requirement): Blocker {
    const { status, since, reason, owner } = this.unit(name);
    return { name, requirement, status, since, reason, owner };
  }

  /** Everybody to whom a unit is bound. */
  owners(): Owner[] {
    return Array.from(this.#byOwner.values()).flatMap((units) => {
      const [unit] = units;
      const owner = unit === undefined ? undefined : this.#states.get(unit)?.owner;
      return owner === undefined ? [] : [owner];
    });
  }

  /** The units that are bound to an owner, by its `id`. */
  ownedBy(id: string): string[] {
    return [...(this.#byOwner.get(id) ?? [])];
  }

  /** The units that depend on `name`, in the order in which they said so. */
  dependents(name: string): string[] {
    return Array.from(this.#graph.edgesTo(name), ({ from }) => from);
  }

  /**
   * The failures at the far end that block `name`, sorted by name; empty when it is not blocked.
   *
   * @remarks Cost: the impossible part of what `name` depends on, each unit once.
   */
  rootCauses(name: string): RootCause[] {
    if (readinessOf(this.#states.get(name)) !== "blocked") return [];
    return this.#rootsOf(impossibleDependencies(this.#graph, this.#states, name));
  }

  /** Why `name` failed or was skipped: itself, or the failures at the far end, sorted by name. */
  failureOf(name: string): RootCause[] {
    const { status } = this.unit(name);
    return status === "failed" || status === "skipped" ? this.#rootsOf([name]) : [];
  }

  /** The graph in Graphviz's language, each unit with its status. */
  toDot(name = "units"): string {
    return this.#graph.toDot({ name, ...this.#labels() });
  }

  /** The graph as a Mermaid flowchart, each unit with its status. */
  toMermaid(): string {
    return this.#graph.toMermaid(this.#labels());
  }

  #rootsOf(impossible: Iterable<string>): RootCause[] {
    return Array.from(rootCauses(this.#graph, this.#states, impossible))
      .sort(compareNames)
      .map((root) => {
        const { since, reason } = this.unit(root);
        return { name: root, since, reason };
      });
  }

  #labels() {
    return {
      label: (unit: string) => `${unit} (${statusOf(this.#states.get(unit))})`,
      edgeLabel: (requirement: Requirement) => requirement,
    };
  }

  #stateOf(name: string): UnitState {
    let state = this.#states.get(name);
    if (state === undefined) {
      state = newState();
      this.#states.set(name, state);
    }
    return state;
  }

  /** What is pending already forgets who has tried to start it. */
  #reset(name: string, report: Report): ReadonlySet<string> {
    const state = this.#registeredState(name, "reset");
    if (state.stored !== "pending") return this.updateStatus(name, "pending", report);
    state.since = report.at;
    state.reason = report.reason;
    state.attempted = false;
    this.#bind(name, state, undefined);
    return new Set();
  }

  #bind(name: string, state: UnitState, owner: Owner | undefined): void {
    if (state.owner !== undefined) {
      const owned = this.#byOwner.get(state.owner.id);
      owned?.delete(name);
      if (owned?.size === 0) this.#byOwner.delete(state.owner.id);
    }
    state.owner = owner;
    if (owner === undefined) return;
    const owned = this.#byOwner.get(owner.id);
    if (owned === undefined) this.#byOwner.set(owner.id, new Set([name]));
    else owned.add(name);
  }

  #registeredState(name: string, act: string): UnitState {
    const state = this.#states.get(name);
    if (state?.stored === undefined) {
      checkUnitName(name);
      throw new ManagerError("UNIT_NOT_FOUND", `cannot ${act} unit "${name}": unit not found`, {
        unit: name,
      });
    }
    return state;
  }

  #addEdge(dependent: string, dependency: string, requirement: Requirement): void {
    try {
      this.#graph.addEdge(dependent, dependency, requirement);
    } catch (cause) {
      if (!(cause instanceof CycleError)) throw cause;
      throw new ManagerError(
        "FAILED_TO_ADD_DEPENDENCY",
        `cannot make unit "${dependent}" depend on "${dependency}": ${cause.message}`,
        { unit: dependent, path: cause.path, cause },
      );
    }
  }
}
