import type { ErrorCode } from "../errors.js";
import type { ProblemDocument } from "../messages.js";

/** A socket path where no agent answered. */
export interface TriedPath {
  readonly path: string;
  /** An errno name such as `ENOENT`, or `not ours` for a directory that somebody else has made. */
  readonly reason: string;
}

interface ProtocolErrorOptions {
  readonly problem?: ProblemDocument;
  readonly tried?: readonly TriedPath[];
  readonly cause?: unknown;
}

/**
 * Why a call did not succeed: what the agent said, unchanged, or what the client itself noticed.
 *
 * Branch on `code`, not on the class (two copies may be loaded) and not on the message. The message is one
 * line and quotes names as they are: escape it before it reaches a terminal.
 */
export class ProtocolError extends Error {
  override readonly name = "ProtocolError";
  /** A key of `errors`, or a code that only a newer agent knows. */
  readonly code: string;
  /** The agent's whole problem document; `undefined` when it was the client that noticed. */
  readonly problem: ProblemDocument | undefined;
  /** For `AGENT_UNREACHABLE`, every path and why it did not do; otherwise empty. */
  readonly tried: readonly TriedPath[];

  constructor(code: ErrorCode, message: string, options?: ProtocolErrorOptions);
  constructor(code: string, message: string, options: ProtocolErrorOptions & { problem: ProblemDocument });
  constructor(code: string, message: string, { problem, tried = [], cause }: ProtocolErrorOptions = {}) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.problem = problem;
    this.tried = tried;
  }
}
