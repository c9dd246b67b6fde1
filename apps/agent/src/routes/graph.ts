import { graphDocument } from "../views.js";
import type { App, Context } from "./context.js";
import { textDefinition } from "./definition.js";

export function graphRoute(app: App, { coordinator }: Context): void {
  app.route({
    ...textDefinition("graph", ["application/json", "text/vnd.graphviz", "text/vnd.mermaid"]),
    handler: ({ query }, reply) => {
      switch (query.format ?? "json") {
        case "dot":
          return reply.type("text/vnd.graphviz; charset=utf-8").send(coordinator.units.toDot());
        case "mermaid":
          return reply.type("text/vnd.mermaid; charset=utf-8").send(coordinator.units.toMermaid());
        case "json":
          return reply.send(graphDocument(coordinator.units));
      }
    },
  });
}
