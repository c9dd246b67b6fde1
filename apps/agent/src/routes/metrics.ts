import type { App, Context } from "./context.js";
import { textDefinition } from "./definition.js";

/** Loads what it needs when it is asked for the first time. */
export function metricsRoute(app: App, context: Context): void {
  app.route({
    ...textDefinition("metrics", ["text/plain"]),
    handler: async (_request, reply) => {
      await context.journal?.probe(() => context.coordinator.units.history());
      const [{ Registry }, { stateNow }, { registry }] = await Promise.all([
        import("prom-client"),
        import("../metrics/state.js"),
        context.metrics.meters(),
      ]);
      const all = Registry.merge([registry, await stateNow(context)]);
      return reply.header("content-type", all.contentType).send(await all.metrics());
    },
  });
}
