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
  for (let mustWait = !connector.room.isEmpty; ; mustWait = true) {
    if (mustWait) {
      await connector.room.wait(signal);
    }
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
  }
}

async function* readBody(body: AsyncIterable<Uint8Array>, connector: Connector, signal: AbortSignal) {
  try {
    yield* body;
  } catch (error) {
    throw signal.aborted ? signal.reason : toFailure(error, connector.path);
  }
}
