import { waitDocument } from "../views.js";
import { type App, type Context, disconnected } from "./context.js";
import { definition } from "./definition.js";

export function waitRoute(app: App, { coordinator }: Context): void {
  app.route({
    ...definition("wait"),
    handler: async (request, reply) =>
      waitDocument(
        await coordinator.wait(request.body.units, {
          mode: request.body.mode,
          signal: disconnected(request, reply),
          timeoutMs: request.body.timeout_ms,
        }),
      ),
  });
}
