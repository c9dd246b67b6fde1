import { unitDocument, unitRows, whyDocument } from "../views.js";
import { type App, type Context, callerOf, disconnected } from "./context.js";
import { definition } from "./definition.js";

export function unitRoutes(app: App, { coordinator, owners }: Context): void {
  app.route({ ...definition("list"), handler: () => unitRows(coordinator) });

  app.route({
    ...definition("status"),
    handler: ({ params }) => unitDocument(coordinator.units.snapshot(params.unit), coordinator),
  });

  app.route({
    ...definition("why"),
    handler: ({ params }) => whyDocument(coordinator.units.snapshot(params.unit), coordinator),
  });

  app.route({
    ...definition("want"),
    handler: ({ params, body }) =>
      owners.claim(body, async (living) => {
        const { dependencies } = body;
        const command = { type: "want", unit: params.unit, dependencies, owner: living?.owner } as const;
        return unitDocument(await coordinator.execute(command), coordinator);
      }),
  });

  app.route({
    ...definition("start"),
    handler: (request, reply) => {
      const { params, body } = request;
      return owners.claim(body, async (living) => {
        const command = {
          type: "start",
          unit: params.unit,
          owner: living?.owner,
          onBehalfOf: owners.onBehalfOf(body),
          force: body.force,
          again: body.again,
        } as const;
        if (body.wait !== true) return unitDocument(await coordinator.execute(command), coordinator);
        const unit = await coordinator.start(command, {
          signal: disconnected(request, reply, living?.lost),
          timeoutMs: body.timeout_ms,
          keepWaiting: body.keep_waiting,
          caller: callerOf(body),
        });
        return unitDocument(unit, coordinator);
      });
    },
  });

  for (const type of ["complete", "fail", "reset"] as const) {
    app.route({
      ...definition(type),
      handler: async ({ params, body }) => {
        const { reason, force } = body;
        const onBehalfOf = owners.onBehalfOf(body);
        const unit = await coordinator.execute({ type, unit: params.unit, reason, force, onBehalfOf });
        return unitDocument(unit, coordinator);
      },
    });
  }

  app.route({
    ...definition("resetAll"),
    handler: async ({ body }) => {
      const { reason, force } = body;
      await coordinator.resetAll({ reason, force, onBehalfOf: owners.onBehalfOf(body) });
      return unitRows(coordinator);
    },
  });
}
