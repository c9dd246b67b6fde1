import { setTimeout as sleep } from "node:timers/promises";
import type { HeldOptions } from "./options.js";
import { ProtocolError } from "./protocol-error.js";

const shortestMs = 20;
const longestMs = 1_000;

/**
 * Makes a held call, and makes it again each time the agent goes away, until its own time is over.
 *
 * @param send makes the call once; it is told what is left of the time, in ms, 0 being no limit, and whether it has
 * been made before.
 * @param wasThere says that the agent has gone away already; otherwise it must be there the first time.
 */
export async function hold<Reply>(
  { timeoutMs = 0, signal, onDetached }: HeldOptions,
  send: (timeoutMs: number, again: boolean) => Promise<Reply>,
  wasThere = false,
): Promise<Reply> {
  const end = timeoutMs > 0 ? performance.now() + timeoutMs : Number.POSITIVE_INFINITY;
  let delayMs = 0;
  for (;;) {
    try {
      return await send(
        end === Number.POSITIVE_INFINITY ? 0 : Math.max(1, Math.ceil(end - performance.now())),
        delayMs > 0,
      );
    } catch (error) {
      const isMissed = wasThere || delayMs > 0;
      if (!(error instanceof ProtocolError) || !(isMissed ? isAway(error) : hasGone(error))) {
        throw error;
      }
      onDetached?.(error);
      delayMs = Math.min(longestMs, Math.max(shortestMs, 2 * delayMs));
      const leftMs = end - performance.now();
      if (leftMs <= 0) {
        throw error;
      }
      // Up to half less, by chance, lest a thousand processes come back at the same moment.
      const pauseMs = Math.min(delayMs * (1 - Math.random() / 2), leftMs);
      await sleep(pauseMs, undefined, signal && { signal }).catch(() => {
        signal?.throwIfAborted();
      });
    }
  }
}

/** Somebody was there, and has left. */
function hasGone({ code, tried }: ProtocolError): boolean {
  return code === "AGENT_STOPPING" || tried.some(({ reason }) => reason === "ECONNRESET");
}

/** Nobody is there. */
function isAway({ code }: ProtocolError): boolean {
  return code === "AGENT_STOPPING" || code === "AGENT_UNREACHABLE";
}
