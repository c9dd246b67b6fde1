import { maxTimerMs } from "@sync/protocol";

/** How long the agent's own answer to a timeout, which knows more, may take, in milliseconds. */
const graceMs = 1_000;

/** Ends a call that an agent has not answered in its time; 0 sets no limit. */
export function deadline(timeoutMs: number): AbortSignal | undefined {
  return timeoutMs === 0 ? undefined : AbortSignal.timeout(Math.min(timeoutMs + graceMs, maxTimerMs));
}
