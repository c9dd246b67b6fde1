import type { Blocker, RootCause } from "./unit.js";

export type ManagerErrorCode =
  | "UNIT_ID_REQUIRED"
  | "UNIT_ID_INVALID"
  | "UNIT_NOT_FOUND"
  | "UNIT_ALREADY_REGISTERED"
  | "CANNOT_UPDATE_OTHER_UNIT"
  | "DEPENDENCIES_NOT_SATISFIED"
  | "DEPENDENCY_FAILED"
  | "SAME_STATUS_ALREADY_SET"
  | "INVALID_TRANSITION"
  | "CYCLE_DETECTED"
  | "FAILED_TO_ADD_DEPENDENCY"
  | "CONFLICTING_REQUIREMENT"
  | "LIMIT_REACHED"
  | "BUSY"
  | "WAIT_TIMEOUT";

export interface ManagerErrorDetails {
  /** The unit that was to be changed or waited for. */
  readonly unit?: string;
  /** The whole cycle, its two ends being the same unit. */
  readonly path?: readonly string[];
  /** What is not met, sorted by name. */
  readonly blockers?: readonly Blocker[];
  /** The failures at the far end, sorted by name. */
  readonly rootCauses?: readonly RootCause[];
}

/** What the manager and the coordinator refuse. Branch on `code`; the message is for people. */
export class ManagerError extends Error {
  readonly code: ManagerErrorCode;
  readonly details: ManagerErrorDetails;

  constructor(
    code: ManagerErrorCode,
    message: string,
    options: ManagerErrorDetails & { readonly cause?: unknown } = {},
  ) {
    const { cause, ...details } = options;
    super(message, cause === undefined ? undefined : { cause });
    this.name = "ManagerError";
    this.code = code;
    this.details = details;
  }
}
