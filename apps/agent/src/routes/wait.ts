import { waitDocument } from "../views.js";
import { type App, type Context, callerOf, disconnected } from "./context.js";
import { definition } from "./definition.js";

export function waitRoute(app: App, { coordinator }: Context): void {
  app.route({
    ...definition("wait"),
    handler: async (request, reply) => {
      const { body } = request;
      return waitDocument(
        await coordinator.wait(body.units, {
          mode: body.mode,
          signal: disconnected(request, reply),
          timeoutMs: body.timeout_ms,
          keepWaiting: body.keep_waiting,
          caller: callerOf(body),
        }),
      );
    },
  });
}
