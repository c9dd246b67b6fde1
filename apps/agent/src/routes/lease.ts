import { Readable } from "node:stream";
import type { LeaseDocument } from "@sync/protocol";
import { type App, type Context, disconnected } from "./context.js";
import { textDefinition } from "./definition.js";

/** The connection is the lease: its end, however it comes about, is noticed at once and without a timer. */
export function leaseRoute(app: App, { owners, stopping }: Context): void {
  app.route({
    ...textDefinition("lease", ["text/event-stream"]),
    handler: (request, reply) => {
      const ended = disconnected(request, reply, stopping);
      const { pid, lease } = request.query;
      const owner = lease === undefined ? owners.openLease(pid) : owners.resumeLease(lease, pid);
      const close = () => {
        if (!stopping.aborted) void owners.closeLease(owner);
      };
      if (ended.aborted) close();
      else ended.addEventListener("abort", close, { once: true });
      const document: LeaseDocument = { lease: owner.id };
      const frames = async function* () {
        yield `event: lease\ndata: ${JSON.stringify(document)}\n\n`;
        await aborted(ended);
      };
      return reply
        .header("content-type", "text/event-stream")
        .header("cache-control", "no-store")
        .send(Readable.from(frames()));
    },
  });
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
