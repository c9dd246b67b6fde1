import { maxTimerMs } from "@sync/protocol";
import { ProtocolError } from "@sync/protocol/client";

/** How long the agent's own answer to a timeout, which knows more, may take, in milliseconds. */
const graceMs = 1_000;

/** The time that a command may wait, from its beginning. */
export class Deadline {
  /** Ends a call that is not answered in that time, with `AGENT_UNRESPONSIVE`; `undefined` without a limit. */
  readonly signal: AbortSignal | undefined;
  readonly #end: number;
  readonly #elapsed: () => number;

  /** @param timeoutMs 0 sets no limit. */
  constructor(timeoutMs: number, elapsed: () => number) {
    this.#elapsed = elapsed;
    this.#end = timeoutMs === 0 ? Number.POSITIVE_INFINITY : elapsed() + timeoutMs;
    this.signal = timeoutMs === 0 ? undefined : abortedAfter(timeoutMs + graceMs);
  }

  /** What is left, in milliseconds; 0 without a limit, and never with one. */
  get leftMs(): number {
    return this.#end === Number.POSITIVE_INFINITY ? 0 : Math.max(1, Math.ceil(this.#end - this.#elapsed()));
  }
}

function abortedAfter(ms: number): AbortSignal {
  const controller = new AbortController();
  const end = () => {
    controller.abort(
      new ProtocolError("AGENT_UNRESPONSIVE", "the agent does not answer, and the time is up"),
    );
  };
  setTimeout(end, Math.min(ms, maxTimerMs)).unref();
  return controller.signal;
}
