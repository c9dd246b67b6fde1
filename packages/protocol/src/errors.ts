/**
 * What a `syncctl` process says with its exit status. These never change with `--output`.
 * `128 + n` (ended by signal n) is not listed: it is the shell's own rule.
 */
export const exitStatus = {
  done: 0,
  refused: 1,
  usage: 64,
  contradiction: 65,
  unreachable: 69,
  internal: 70,
  tryAgain: 75,
  notOwner: 77,
  timedOut: 124,
  /** Of `run`, as are the next two: its command ended well, but that could not be reported or was not enough. */
  notReported: 125,
  notExecutable: 126,
  notFound: 127,
} as const;

export type ExitStatus = (typeof exitStatus)[keyof typeof exitStatus];

interface ErrorEntry {
  /** The HTTP status, or `null` for what only a client can notice. */
  readonly status: number | null;
  readonly exit: ExitStatus;
  readonly title: string;
}

/**
 * Every error code there is, with its HTTP status and exit status. A code is never given another
 * meaning, and never reused.
 */
export const errors = {
  INVALID_REQUEST: { status: 400, exit: exitStatus.usage, title: "The request is not valid" },
  UNIT_ID_REQUIRED: { status: 400, exit: exitStatus.usage, title: "A unit name is required" },
  UNIT_ID_INVALID: { status: 400, exit: exitStatus.usage, title: "The unit name is not valid" },
  CANNOT_UPDATE_OTHER_UNIT: {
    status: 403,
    exit: exitStatus.notOwner,
    title: "The unit belongs to another owner",
  },
  ROUTE_NOT_FOUND: { status: 404, exit: exitStatus.usage, title: "There is no such route" },
  UNIT_NOT_FOUND: { status: 404, exit: exitStatus.refused, title: "Nobody has declared the unit" },
  REQUEST_TIMEOUT: { status: 408, exit: exitStatus.usage, title: "The request did not arrive in time" },
  UNIT_ALREADY_REGISTERED: { status: 409, exit: exitStatus.refused, title: "The unit is already registered" },
  SAME_STATUS_ALREADY_SET: {
    status: 409,
    exit: exitStatus.refused,
    title: "The unit already has that status",
  },
  INVALID_TRANSITION: { status: 409, exit: exitStatus.refused, title: "The unit cannot go to that status" },
  DEPENDENCIES_NOT_SATISFIED: { status: 409, exit: exitStatus.refused, title: "A dependency is not met yet" },
  DEPENDENCY_FAILED: { status: 409, exit: exitStatus.refused, title: "A dependency failed or was skipped" },
  OWNER_LOST: { status: 409, exit: exitStatus.refused, title: "The owner that was named does not live" },
  CYCLE_DETECTED: {
    status: 409,
    exit: exitStatus.contradiction,
    title: "The dependency would close a cycle",
  },
  FAILED_TO_ADD_DEPENDENCY: {
    status: 409,
    exit: exitStatus.contradiction,
    title: "The dependency cannot be added",
  },
  CONFLICTING_REQUIREMENT: {
    status: 409,
    exit: exitStatus.contradiction,
    title: "The dependency is declared with another requirement",
  },
  LIMIT_REACHED: { status: 409, exit: exitStatus.refused, title: "The agent has as much as it may hold" },
  AGENT_RESTARTED: { status: 412, exit: exitStatus.tryAgain, title: "Another agent has taken its place" },
  BODY_TOO_LARGE: { status: 413, exit: exitStatus.usage, title: "The request body is too large" },
  UNSUPPORTED_MEDIA_TYPE: { status: 415, exit: exitStatus.usage, title: "The request body is not JSON" },
  HEADERS_TOO_LARGE: { status: 431, exit: exitStatus.usage, title: "The request's headers are too large" },
  INTERNAL: { status: 500, exit: exitStatus.internal, title: "The agent has a bug" },
  JOURNAL_UNAVAILABLE: {
    status: 503,
    exit: exitStatus.tryAgain,
    title: "The agent cannot keep what it is told",
  },
  BUSY: {
    status: 503,
    exit: exitStatus.tryAgain,
    title: "The agent serves as many at a time as it may",
  },
  AGENT_STOPPING: { status: 503, exit: exitStatus.tryAgain, title: "The agent is stopping" },
  WAIT_TIMEOUT: { status: 504, exit: exitStatus.timedOut, title: "The wait timed out" },
  AGENT_UNREACHABLE: { status: null, exit: exitStatus.unreachable, title: "No agent answers" },
  AGENT_UNRESPONSIVE: {
    status: null,
    exit: exitStatus.unreachable,
    title: "The agent did not answer in time",
  },
  INVALID_REPLY: { status: null, exit: exitStatus.internal, title: "What answered is not a sync agent" },
} as const satisfies Record<string, ErrorEntry>;

export type ErrorCode = keyof typeof errors;

/** Says whether a text is a code of this version; a newer agent may know more. */
export function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(errors, code);
}
