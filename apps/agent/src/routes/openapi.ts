import { newApp } from "../framework.js";
import type { App, Context } from "./context.js";
import { textDefinition } from "./definition.js";

/**
 * The document is made when it is first asked for: hardly anybody does, and every start would pay for it.
 *
 * @param register registers every route, to be described by an app that listens nowhere.
 */
export function openApiRoute(app: App, { version }: Context, register: (described: App) => void): void {
  let document: Promise<object> | undefined;
  app.route({
    ...textDefinition("openapi", ["application/json"]),
    handler: () => {
      document ??= describe(version, register);
      return document;
    },
  });
}

async function describe(version: string, register: (described: App) => void): Promise<object> {
  const { default: swagger } = await import("@fastify/swagger");
  const app = newApp();
  await app.register(swagger, { openapi: { openapi: "3.1.0", info: { title: "sync agent", version } } });
  register(app);
  await app.ready();
  return app.swagger();
}
