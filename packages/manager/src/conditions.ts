import type { UnitRequirement } from "./commands.js";
import { describeCauses } from "./commands.js";
import { ManagerError } from "./errors.js";
import type { ReadonlyUnitManager } from "./manager.js";
import { type Requirement, type RequirementState, requirementState } from "./status.js";
import type { Blocker, Dependency, RootCause } from "./unit.js";
import { checkUnitName, compareNames } from "./unit-name.js";

interface Condition {
  readonly unit: string;
  readonly requirement: Requirement;
  state: RequirementState;
}

/**
 * What somebody waits for without being a unit: some units, each to have reached something.
 *
 * @remarks Cost of a change: the conditions on the unit that has changed.
 */
export class Conditions {
  readonly #manager: ReadonlyUnitManager;
  readonly #mode: "all" | "any";
  readonly #all: Condition[];
  readonly #byUnit = new Map<string, Condition[]>();
  readonly #counts: Record<RequirementState, number> = { met: 0, unmet: 0, impossible: 0 };

  /** @throws {ManagerError} `UNIT_ID_REQUIRED`, `UNIT_ID_INVALID`. */
  constructor(manager: ReadonlyUnitManager, wanted: readonly UnitRequirement[], mode: "all" | "any") {
    this.#manager = manager;
    this.#mode = mode;
    this.#all = wanted.map(({ unit, requirement = "completed" }) => {
      checkUnitName(unit);
      return { unit, requirement, state: requirementState(requirement, manager.unit(unit).status) };
    });
    for (const condition of this.#all) {
      this.#counts[condition.state] += 1;
      const sameUnit = this.#byUnit.get(condition.unit);
      if (sameUnit === undefined) this.#byUnit.set(condition.unit, [condition]);
      else sameUnit.push(condition);
    }
  }

  get units(): string[] {
    return [...this.#byUnit.keys()];
  }

  /** `met` when the wait is over, `impossible` when it cannot succeed as things are. */
  get state(): RequirementState {
    const { met, impossible } = this.#counts;
    if (this.#mode === "any") {
      if (met > 0) return "met";
      return impossible === this.#all.length ? "impossible" : "unmet";
    }
    if (impossible > 0) return "impossible";
    return met === this.#all.length ? "met" : "unmet";
  }

  /** Looks again at one unit. */
  refresh(unit: string): void {
    const { status } = this.#manager.unit(unit);
    for (const condition of this.#byUnit.get(unit) ?? []) {
      this.#counts[condition.state] -= 1;
      condition.state = requirementState(condition.requirement, status);
      this.#counts[condition.state] += 1;
    }
  }

  /** The first thing that a unit has not reached yet; `undefined` when there is none. */
  needs(unit: string): Requirement | undefined {
    return this.#byUnit.get(unit)?.find(({ state }) => state !== "met")?.requirement;
  }

  /** Every condition as it is now, in the order in which they were given. */
  dependencies(): Dependency[] {
    return this.#all.map(({ unit, requirement, state }) => ({
      name: unit,
      requirement,
      status: this.#manager.unit(unit).status,
      isMet: state === "met",
    }));
  }

  /** What is not met, sorted by name. */
  blockers(): Blocker[] {
    return this.#all
      .filter(({ state }) => state !== "met")
      .map(({ unit, requirement }) => this.#manager.blocker(unit, requirement))
      .sort((a, b) => compareNames(a.name, b.name));
  }

  /** Why the wait cannot succeed. */
  failure(): ManagerError {
    const causes = this.#rootCauses();
    return new ManagerError("DEPENDENCY_FAILED", `cannot wait any longer: ${describeCauses(causes)}`, {
      blockers: this.blockers(),
      rootCauses: causes,
    });
  }

  #rootCauses(): RootCause[] {
    const causes = new Map<string, RootCause>();
    for (const { unit, state } of this.#all) {
      if (state !== "impossible") continue;
      for (const cause of this.#manager.failureOf(unit)) causes.set(cause.name, cause);
    }
    return [...causes.values()].sort((a, b) => compareNames(a.name, b.name));
  }
}
