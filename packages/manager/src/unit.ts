import type { Readiness, Requirement, Status } from "./status.js";

/** A process that asks for something, as far as it is known. */
export interface Caller {
  readonly pid?: number | undefined;
  /** Its command line. */
  readonly command?: string | undefined;
}

/** Whom a unit is bound to. */
export interface Owner extends Caller {
  /** What tells one owner from every other, now and later: a process number alone is used again. */
  readonly id: string;
}

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
  readonly owner: Owner | undefined;
  /** Whether somebody has tried to start it since it was last pending, and could not. */
  readonly attempted: boolean;
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
  readonly owner: Owner | undefined;
}

/** A dependency that is not met, somewhere below a unit. */
export interface DeepBlocker extends Blocker {
  /** The unit that depends on it. */
  readonly neededBy: string;
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
