import { Readable } from "node:stream";
import type { EventDocument } from "@sync/protocol";
import { eventDocument } from "../views.js";
import { type App, type Context, disconnected } from "./context.js";
import { textDefinition } from "./definition.js";

export function eventsRoute(app: App, { coordinator, generation, stopping }: Context): void {
  app.route({
    ...textDefinition("events", ["text/event-stream"]),
    handler: (request, reply) => {
      const signal = disconnected(request, reply, stopping);
      const after = request.query.after ?? lastSequence(request.headers["last-event-id"], generation);
      const frames = async function* () {
        // A comment, which the headers are sent with: nothing may happen for hours. With nothing Bun sends half of them.
        yield ":\n\n";
        for await (const item of coordinator.events(signal, after))
          yield frame(eventDocument(item, coordinator), generation);
      };
      return reply
        .header("content-type", "text/event-stream")
        .header("cache-control", "no-store")
        .send(Readable.from(frames()));
    },
  });
}

/**
 * What a reader who lost the connection sends by itself when it comes back. The events of another
 * generation have other numbers: who comes from there begins with a snapshot.
 */
function lastSequence(id: string | string[] | undefined, generation: string): number | undefined {
  if (typeof id !== "string" || !id.startsWith(`${generation}:`)) return undefined;
  const sequence = id.slice(generation.length + 1);
  return /^\d{1,15}$/.test(sequence) ? Number(sequence) : undefined;
}

function frame(event: EventDocument, generation: string): string {
  return `id: ${generation}:${event.sequence}\nevent: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
}
