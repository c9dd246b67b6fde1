import type { Requirement } from "./status.js";

interface Fact {
  readonly unit: string;
  /** ms since the epoch. */
  readonly at: number;
}

interface Report extends Fact {
  readonly reason?: string;
}

/** A fact that has happened. What follows from it (who is ready, who is skipped) is derived, never stored. */
export type UnitEvent =
  | (Fact & { readonly type: "registered" })
  | (Fact & { readonly type: "wanted"; readonly dependency: string; readonly requirement: Requirement })
  | (Fact & { readonly type: "started"; readonly owner?: string })
  | (Report & { readonly type: "completed" })
  | (Report & { readonly type: "failed" })
  | (Report & { readonly type: "reset" });
