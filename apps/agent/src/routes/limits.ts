import { type LimitName, limitMeanings, limitNames } from "../limits.js";
import type { App, Context } from "./context.js";
import { definition } from "./definition.js";

export function limitsRoute(app: App, context: Context): void {
  app.route({
    ...definition("limits"),
    handler: () => {
      const used = usage(context);
      return limitNames.map((limit) => ({
        limit,
        most: context.limits[limit],
        used: used[limit] ?? null,
        ...limitMeanings[limit],
      }));
    },
  });
}

/** How much there is of what is held; the other limits are for each request alone. */
function usage({ coordinator, connections }: Context): Readonly<Partial<Record<LimitName, number>>> {
  const { vertexCount, edgeCount } = coordinator.units.graph;
  return {
    units: vertexCount,
    edges: edgeCount,
    waiters: coordinator.waiting,
    connections: connections.size,
    unread: connections.unread,
  };
}
