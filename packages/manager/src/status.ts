/** What a unit last reported of itself. */
export type StoredStatus = "pending" | "started" | "completed" | "failed";

/** What a unit is for others: `skipped` is what `pending` becomes while a dependency is impossible. */
export type Status = StoredStatus | "skipped" | "not registered";

/** What a dependent needs its dependency to have reached. */
export type Requirement = "started" | "completed" | "finished";

/** `blocked` can no longer become `ready` unless something is started again. */
export type Readiness = "ready" | "waiting" | "blocked";

export type RequirementState = "met" | "unmet" | "impossible";

const requirementStates: Record<Requirement, Record<Status, RequirementState>> = {
  started: {
    "not registered": "unmet",
    pending: "unmet",
    started: "met",
    completed: "met",
    failed: "impossible",
    skipped: "impossible",
  },
  completed: {
    "not registered": "unmet",
    pending: "unmet",
    started: "unmet",
    completed: "met",
    failed: "impossible",
    skipped: "impossible",
  },
  finished: {
    "not registered": "unmet",
    pending: "unmet",
    started: "unmet",
    completed: "met",
    failed: "met",
    skipped: "met",
  },
};

/** Says whether a dependency in `status` meets `requirement`, does not yet, or cannot any more. */
export function requirementState(requirement: Requirement, status: Status): RequirementState {
  return requirementStates[requirement][status];
}

/** What scripts may say of a unit. */
export type Verb = "start" | "complete" | "fail" | "reset";

/** Why a verb is refused whatever a unit depends on: codes of `ManagerError`. */
export type Refusal = "UNIT_NOT_FOUND" | "SAME_STATUS_ALREADY_SET" | "INVALID_TRANSITION";

/** What comes of a verb: a status (for some only when the unit is ready), nothing, or a refusal. */
export type Transition =
  | { readonly to: StoredStatus; readonly needs?: "ready" }
  | { readonly unchanged: true }
  | { readonly refused: Refusal };

/**
 * Every transition there is.
 *
 * ```
 *              start*               complete
 *   pending ──────────> started ──────────────> completed ── start* ──> started
 *      │                   │
 *      │ fail              │ fail               failed ── start* ──> started
 *      └──────> failed <───┘                    (a retry)
 *
 *   pending ── complete* ──> completed          anything ── reset ──> pending
 *                                               * when ready
 * ```
 */
export const transitions: Record<StoredStatus | "not registered", Record<Verb, Transition>> = {
  "not registered": {
    start: { to: "started", needs: "ready" },
    complete: { refused: "UNIT_NOT_FOUND" },
    fail: { refused: "UNIT_NOT_FOUND" },
    reset: { refused: "UNIT_NOT_FOUND" },
  },
  pending: {
    start: { to: "started", needs: "ready" },
    complete: { to: "completed", needs: "ready" },
    fail: { to: "failed" },
    reset: { unchanged: true },
  },
  started: {
    start: { refused: "SAME_STATUS_ALREADY_SET" },
    complete: { to: "completed" },
    fail: { to: "failed" },
    reset: { to: "pending" },
  },
  completed: {
    start: { to: "started", needs: "ready" },
    complete: { refused: "SAME_STATUS_ALREADY_SET" },
    fail: { refused: "INVALID_TRANSITION" },
    reset: { to: "pending" },
  },
  failed: {
    start: { to: "started", needs: "ready" },
    complete: { refused: "INVALID_TRANSITION" },
    fail: { refused: "SAME_STATUS_ALREADY_SET" },
    reset: { to: "pending" },
  },
};
