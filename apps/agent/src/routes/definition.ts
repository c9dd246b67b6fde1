import { type RouteName, routes } from "@sync/protocol";
import { schemas } from "@sync/protocol/schemas";
import type { TSchema } from "typebox";

type Schemas = typeof schemas;
type Input<N extends RouteName> = Omit<Schemas[N], "summary" | "reply">;

/** A route of the contract as the web framework takes it, its answer being a JSON document. */
export function definition<N extends RouteName>(name: N) {
  return describe(name, { 200: schemas[name].reply } as const satisfies { 200: Schemas[N]["reply"] });
}

/** The same for a route that answers with text in these media types. */
export function textDefinition<N extends RouteName>(name: N, mediaTypes: readonly string[]) {
  const content = Object.fromEntries(mediaTypes.map((type) => [type, { schema: schemas[name].reply }]));
  const response: { 200: TSchema } = { 200: { description: schemas[name].summary, content } };
  return describe(name, response);
}

function describe<N extends RouteName, Response>(name: N, response: Response) {
  const { summary, reply: _, ...input } = schemas[name];
  const schema: Input<N> & { operationId: N; summary: string; response: Response } = {
    ...input,
    operationId: name,
    summary,
    response,
  };
  return { method: routes[name].method, url: routes[name].path, schema };
}
