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

export interface StartOptions extends CallOptions {
  /** Holds the call until the unit can start, instead of refusing. */
  readonly wait?: boolean | undefined;
  /** Milliseconds; 0 or absent waits without limit. Only used with `wait`. */
  readonly timeoutMs?: number | undefined;
}

export interface ReportOptions extends CallOptions {
  /** Why, in words for people. */
  readonly reason?: string | undefined;
}

export interface WaitOptions extends CallOptions {
  /** How many of the units must have got there. @default "all" */
  readonly mode?: "all" | "any" | undefined;
  /** Milliseconds; 0 or absent waits without limit. */
  readonly timeoutMs?: number | undefined;
}

export interface EventsOptions extends CallOptions {
  /** Goes on after this sequence number, instead of with a snapshot. */
  readonly after?: number | undefined;
}

export interface GraphTextOptions extends CallOptions {
  readonly format: "dot" | "mermaid";
}
