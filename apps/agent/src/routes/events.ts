import { Readable } from "node:stream";
import type { EventDocument } from "@sync/protocol";
import { eventDocument } from "../views.js";
import { type App, type Context, disconnected } from "./context.js";
import { textDefinition } from "./definition.js";

export function eventsRoute(app: App, { coordinator, stopping }: Context): void {
  app.route({
    ...textDefinition("events", ["text/event-stream"]),
    handler: (request, reply) => {
      const signal = AbortSignal.any([disconnected(reply), stopping]);
      const after = request.query.after ?? lastEventId(request.headers["last-event-id"]);
      const frames = async function* () {
        for await (const item of coordinator.events(signal, after)) yield frame(eventDocument(item));
      };
      return reply
        .header("content-type", "text/event-stream")
        .header("cache-control", "no-store")
        .send(Readable.from(frames()));
    },
  });
}

/** What a reader who lost the connection sends by itself when it comes back. */
function lastEventId(header: string | string[] | undefined): number | undefined {
  return typeof header === "string" && /^\d{1,15}$/.test(header) ? Number(header) : undefined;
}

function frame(event: EventDocument): string {
  return `id: ${event.sequence}\nevent: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
}
