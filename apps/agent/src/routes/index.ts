import type { App, Context } from "./context.js";
import { eventsRoute } from "./events.js";
import { graphRoute } from "./graph.js";
import { healthRoutes } from "./health.js";
import { leaseRoute } from "./lease.js";
import { limitsRoute } from "./limits.js";
import { metricsRoute } from "./metrics.js";
import { openApiRoute } from "./openapi.js";
import { unitRoutes } from "./units.js";
import { waitRoute } from "./wait.js";

/** Every route of the contract. */
export function registerRoutes(app: App, context: Context): void {
  healthRoutes(app, context);
  unitRoutes(app, context);
  waitRoute(app, context);
  leaseRoute(app, context);
  limitsRoute(app, context);
  metricsRoute(app, context);
  eventsRoute(app, context);
  graphRoute(app, context);
  openApiRoute(app, context, (described) => registerRoutes(described, context));
}
