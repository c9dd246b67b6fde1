import { unitDocument, unitRows } from "../views.js";
import { type App, type Context, disconnected } from "./context.js";
import { definition } from "./definition.js";

export function unitRoutes(app: App, { coordinator }: Context): void {
  app.route({ ...definition("list"), handler: () => unitRows(coordinator.units) });

  app.route({
    ...definition("status"),
    handler: ({ params }) => unitDocument(coordinator.units.snapshot(params.unit)),
  });

  app.route({
    ...definition("want"),
    handler: async ({ params, body }) =>
      unitDocument(
        await coordinator.execute({ type: "want", unit: params.unit, dependencies: body.dependencies }),
      ),
  });

  app.route({
    ...definition("start"),
    handler: async (request, reply) => {
      const { params, body } = request;
      const command = { type: "start", unit: params.unit } as const;
      if (body.wait !== true) return unitDocument(await coordinator.execute(command));
      return unitDocument(
        await coordinator.start(command, {
          signal: disconnected(request, reply),
          timeoutMs: body.timeout_ms,
        }),
      );
    },
  });

  for (const type of ["complete", "fail", "reset"] as const) {
    app.route({
      ...definition(type),
      handler: async ({ params, body }) =>
        unitDocument(await coordinator.execute({ type, unit: params.unit, reason: body.reason })),
    });
  }
}
