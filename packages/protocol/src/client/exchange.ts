import { setTimeout as delay } from "node:timers/promises";
import { type Connector, QueueFullError } from "./connector.js";
import { toFailure } from "./failure.js";
import type { TransportResponse } from "./transport.js";

/**
 * Runs one exchange of a transport, so that both fail in the same words; repeats it, until the signal is
 * aborted, while the agent's queue is full.
 */
export async function exchange(
  connector: Connector,
  signal: AbortSignal,
  send: () => Promise<TransportResponse>,
): Promise<TransportResponse> {
  for (let attempt = 0; ; attempt++) {
    try {
      signal.throwIfAborted();
      const response = await send();
      return { ...response, body: readBody(response.body, connector, signal) };
    } catch (error) {
      if (signal.aborted) {
        throw signal.reason;
      }
      if (!(error instanceof QueueFullError)) {
        throw toFailure(error, connector.path);
      }
    }
    await backoff(attempt, signal);
  }
}

async function* readBody(body: AsyncIterable<Uint8Array>, connector: Connector, signal: AbortSignal) {
  try {
    yield* body;
  } catch (error) {
    throw signal.aborted ? signal.reason : toFailure(error, connector.path);
  }
}

/** 5 ms and doubling, up to 80 ms; by chance up to half less, lest a thousand clients come back at once. */
async function backoff(attempt: number, signal: AbortSignal): Promise<void> {
  const longest = 5 * 2 ** Math.min(attempt, 4);
  try {
    await delay(longest * (1 - Math.random() / 2), undefined, { signal });
  } catch {
    throw signal.reason;
  }
}
