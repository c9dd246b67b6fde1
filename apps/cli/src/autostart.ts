import { Readable } from "node:stream";
import { type ErrorCode, errors } from "@sync/protocol";
import {
  ProtocolError,
  type Transport,
  type TransportRequest,
  type TransportResponse,
} from "@sync/protocol/client";
import type { Launch } from "./launch.js";

/** What an agent answers that is about to end. */
const leaving: ErrorCode = "AGENT_STOPPING";

/** How long it may take until an agent that is started answers, in milliseconds. */
export const launchWithinMs = 20_000;

/**
 * Makes a transport start an agent when nobody is there for its first request, and send that once more. It
 * costs nothing when somebody is. Later requests are only sent: who has had an answer has an agent, and what
 * it knew would not come back with another.
 */
export function autostarting(transport: Transport, launch: Launch): Transport {
  let isFirst = true;
  return {
    get socketPath() {
      return transport.socketPath;
    },
    request: async (request) => {
      if (!isFirst) {
        return transport.request(request);
      }
      isFirst = false;
      const attempt = () => answerOf(transport, request);
      return (await attempt()) ?? (await import("./launch.js")).launchAgent(launch, launchWithinMs, attempt);
    },
    close: () => transport.close(),
  };
}

/** `undefined` when nobody is there, or only one who is about to leave: nothing has been done then. */
async function answerOf(
  transport: Transport,
  request: TransportRequest,
): Promise<TransportResponse | undefined> {
  try {
    const response = await transport.request(request);
    if (response.status !== errors[leaving].status) {
      return response;
    }
    const parts: Uint8Array[] = [];
    for await (const part of response.body) parts.push(part);
    const isLeaving = Buffer.concat(parts).includes(`"${leaving}"`);
    return isLeaving ? undefined : { ...response, body: Readable.from(parts) };
  } catch (error) {
    if (!isNobodyThere(error)) {
      throw error;
    }
  }
  return undefined;
}

/** A connection that broke does not count: something may have been done by then. */
function isNobodyThere(error: unknown): boolean {
  return (
    error instanceof ProtocolError &&
    error.code === "AGENT_UNREACHABLE" &&
    error.tried.every(({ reason }) => reason !== "ECONNRESET")
  );
}
