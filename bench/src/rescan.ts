import type { Requirement, StoredStatus } from "@sync/manager";
import { rowOf } from "./row-of.js";

/** Readiness as the original keeps it: a change goes through all dependencies of all dependents, in copies. */
export class Rescan {
  readonly #dependencies = new Map<string, Map<string, Requirement>>();
  readonly #dependents = new Map<string, Map<string, Requirement>>();
  readonly #statuses = new Map<string, StoredStatus>();
  readonly #ready = new Map<string, boolean>();

  register(unit: string): void {
    this.#statuses.set(unit, "pending");
    this.#ready.set(unit, true);
  }

  /** Unlike the original it does not look again at what there was before: that would not end in time. */
  addDependency(dependent: string, dependency: string, requirement: Requirement = "completed"): void {
    rowOf(this.#dependencies, dependent).set(dependency, requirement);
    rowOf(this.#dependents, dependency).set(dependent, requirement);
    this.#ready.set(dependent, false);
  }

  updateStatus(unit: string, status: StoredStatus): void {
    this.#statuses.set(unit, status);
    const dependents = Array.from(rowOf(this.#dependents, unit).keys());
    for (const dependent of dependents) {
      const dependencies = [...rowOf(this.#dependencies, dependent)];
      const isReady = dependencies.every(([name, requirement]) => this.#statuses.get(name) === requirement);
      this.#ready.set(dependent, isReady);
    }
  }
}
