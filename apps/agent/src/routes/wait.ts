import { waitDocument } from "../views.js";
import { type App, type Context, disconnected } from "./context.js";
import { definition } from "./definition.js";

export function waitRoute(app: App, { coordinator }: Context): void {
  app.route({
    ...definition("wait"),
    handler: async ({ body }, reply) =>
      waitDocument(
        await coordinator.wait(body.units, {
          mode: body.mode,
          signal: disconnected(reply),
          timeoutMs: body.timeout_ms,
        }),
      ),
  });
}
