import type { Readiness, Requirement, Status } from "./status.js";

/** One unit as it is at one moment. */
export interface Unit {
  readonly name: string;
  readonly status: Status;
  readonly readiness: Readiness;
  /** When it last reported, in ms since the epoch; `undefined` for a name that is only wanted. */
  readonly since: number | undefined;
  /** What the last report gave as its reason. */
  readonly reason: string | undefined;
  /** Whoever may report on the unit; `undefined` when anybody may. */
  readonly owner: string | undefined;
}

/** What one unit needs of another. */
export interface Dependency {
  readonly name: string;
  readonly requirement: Requirement;
  readonly status: Status;
  readonly isMet: boolean;
}

/** A dependency that is not met, with what is known of it. */
export interface Blocker {
  readonly name: string;
  readonly requirement: Requirement;
  readonly status: Status;
  readonly since: number | undefined;
  readonly reason: string | undefined;
}

/** A failure at the far end that makes others impossible. */
export interface RootCause {
  readonly name: string;
  readonly since: number | undefined;
  readonly reason: string | undefined;
}

/** A unit with everything that a reader of it asks next. */
export interface UnitSnapshot extends Unit {
  /** Sorted by name. */
  readonly dependencies: readonly Dependency[];
  /** Sorted by name; empty unless the unit is blocked. */
  readonly rootCauses: readonly RootCause[];
}
