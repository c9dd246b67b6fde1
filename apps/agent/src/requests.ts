import { randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { requestIdHeader } from "@sync/protocol";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { Metrics } from "./metrics/metrics.js";

/** What a client may call its request: short, and nothing that is not seen in a log. */
const sane = /^[!-~]{1,64}$/;

/** Names requests: as the client says, or in the order in which they come. */
export function requestNamer(): (request: IncomingMessage) => string {
  const agent = randomUUID().slice(0, 8);
  let count = 0;
  return ({ headers }) => {
    const asked = headers[requestIdHeader];
    if (typeof asked === "string" && sane.test(asked)) return asked;
    count += 1;
    return `${agent}-${count}`;
  };
}

/**
 * Writes down what came of a request, and counts it if it was a command.
 *
 * @param code `ok`, or that of the refusal.
 */
export function conclude(
  metrics: Metrics,
  { id, log, method, url, body, routeOptions }: FastifyRequest,
  { elapsedTime }: FastifyReply,
  code: string,
): void {
  // What follows the path may be a lease, by which its owner is known.
  const [path] = url.split("?", 1);
  log.debug({ request: id, method, path, code, ms: Math.round(elapsedTime) }, "answered");
  const command = routeOptions.schema?.operationId;
  if (method !== "POST" || command === undefined) return;
  const heldSeconds = mayWait(command, body) ? elapsedTime / 1000 : undefined;
  metrics.record({ type: "command", command, code, heldSeconds });
}

function mayWait(command: string, body: unknown): boolean {
  return (
    command === "wait" ||
    (command === "start" && typeof body === "object" && body !== null && "wait" in body && body.wait === true)
  );
}
