import type { Requirement } from "./status.js";
import type { Owner } from "./unit.js";

interface Fact {
  readonly unit: string;
  /** ms since the epoch. */
  readonly at: number;
}

interface Bound extends Fact {
  readonly owner?: Owner | undefined;
}

interface Report extends Fact {
  readonly reason?: string | undefined;
}

/** A fact that has happened. What follows from it (who is ready, who is skipped) is derived, never stored. */
export type UnitEvent =
  | (Fact & { readonly type: "registered" })
  | (Fact & { readonly type: "wanted"; readonly dependency: string; readonly requirement: Requirement })
  /** Somebody would start it, and its dependencies are not met. */
  | (Bound & { readonly type: "attempted" })
  | (Bound & { readonly type: "started" })
  | (Report & { readonly type: "completed" })
  | (Report & { readonly type: "failed" })
  | (Report & { readonly type: "reset" });
