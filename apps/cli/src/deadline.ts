import { maxTimerMs } from "@sync/protocol";
import { ProtocolError } from "@sync/protocol/client";

/** How long the agent's own answer to a timeout, which knows more, may take, in milliseconds. */
const graceMs = 1_000;

/** Ends a call that an agent has not answered in its time, with `AGENT_UNRESPONSIVE`; 0 sets no limit. */
export function deadline(timeoutMs: number): AbortSignal | undefined {
  if (timeoutMs === 0) {
    return undefined;
  }
  const controller = new AbortController();
  const end = () => {
    controller.abort(
      new ProtocolError("AGENT_UNRESPONSIVE", "the agent does not answer, and the time is up"),
    );
  };
  setTimeout(end, Math.min(timeoutMs + graceMs, maxTimerMs)).unref();
  return controller.signal;
}
