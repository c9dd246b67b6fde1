import type { ProtocolError } from "./protocol-error.js";

export interface ClientOptions {
  /**
   * How long the agent may take, in milliseconds, before a call fails with `AGENT_UNRESPONSIVE`. A call
   * that waits gets its own timeout on top; one that waits without limit, and the event stream, have none.
   *
   * @default 10_000
   */
  readonly answerWithinMs?: number | undefined;
}

export interface CallOptions {
  /** Once aborted, the call rejects with its reason and the agent forgets the call. */
  readonly signal?: AbortSignal | undefined;
}

/** A call that is held until its time has come. It is made again when the agent goes away and comes back. */
export interface HeldOptions extends CallOptions {
  /** Milliseconds; 0 or absent waits without limit. */
  readonly timeoutMs?: number | undefined;
  /** Waits on while the wait is impossible, in case that what has failed is started again. */
  readonly keepWaiting?: boolean | undefined;
  /** The process on whose behalf this is asked: others are told that it waits. */
  readonly pid?: number | undefined;
  /** Is told each time the agent has gone away during the wait, with the reason. */
  readonly onDetached?: ((error: ProtocolError) => void) | undefined;
}

export interface WantOptions extends CallOptions {
  /** The `id` of a `Lease` of ours, which the unit belongs to from now on. */
  readonly lease?: string | undefined;
}

/** Who asks, where a unit belongs to somebody. */
export interface OwnerOptions extends CallOptions {
  /** The `id` of a `Lease` of ours. */
  readonly lease?: string | undefined;
  /** The process on whose behalf this is asked: an owner, or started by one. */
  readonly pid?: number | undefined;
  /** Does it although the unit belongs to another owner. */
  readonly force?: boolean | undefined;
}

export interface StartOptions extends HeldOptions, OwnerOptions {
  /** Holds the call until the unit can start, instead of refusing. The options of a wait have no use without. */
  readonly wait?: boolean | undefined;
  /** The process whose end is the unit's failure, unless the unit has reported before. */
  readonly owner?: number | undefined;
}

export interface ReportOptions extends OwnerOptions {
  /** Why, in words for people. */
  readonly reason?: string | undefined;
}

export interface WaitOptions extends HeldOptions {
  /** How many of the units must have got there. @default "all" */
  readonly mode?: "all" | "any" | undefined;
}

export interface LeaseOptions extends CallOptions {
  /** The process that holds it, for others to see. */
  readonly pid?: number | undefined;
  /** Is told each time the agent has gone away, with the reason. */
  readonly onDetached?: ((error: ProtocolError) => void) | undefined;
}

export interface EventsOptions extends CallOptions {
  /** Goes on after this sequence number, instead of with a snapshot. */
  readonly after?: number | undefined;
}

export interface GraphTextOptions extends CallOptions {
  readonly format: "dot" | "mermaid";
}
