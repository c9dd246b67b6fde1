import { journalDocument } from "../views.js";
import type { App, Context } from "./context.js";
import { definition } from "./definition.js";

export function healthRoutes(app: App, { coordinator, generation, journal, version }: Context): void {
  app.route({
    ...definition("ping"),
    handler: async () => {
      await journal?.probe(() => coordinator.units.history());
      return {
        version,
        generation,
        pid: process.pid,
        uptime_ms: Math.round(process.uptime() * 1000),
        sequence: coordinator.sequence,
        units: coordinator.units.size,
        waiters: coordinator.waiting,
        journal: journal === undefined ? null : journalDocument(journal),
      };
    },
  });
}
