import type { TypeBoxTypeProvider } from "@fastify/type-provider-typebox";
import fastify, { type FastifyHttpOptions, type FastifySchemaCompiler, type RawServerDefault } from "fastify";
import type { TSchema } from "typebox";
import { Compile, type Validator } from "typebox/schema";
import { Convert } from "typebox/value";
import type { App } from "./routes/context.js";

/** An app that validates by typebox; what the framework would do it with is not even loaded. */
export function newApp(options: FastifyHttpOptions<RawServerDefault> = {}): App {
  const compilersFactory = { buildValidator: notLoaded, buildSerializer: notLoaded };
  const app = fastify({ ...options, schemaController: { compilersFactory } });
  app.setValidatorCompiler(compileWhenUsed);
  app.setSerializerCompiler(() => JSON.stringify);
  return app.withTypeProvider<TypeBoxTypeProvider>();
}

/**
 * A start compiles nothing: most agents are asked for few of the routes. In a query, a number is text; no body
 * means an empty one.
 */
const compileWhenUsed: FastifySchemaCompiler<TSchema> = ({ schema, httpPart }) => {
  let validator: Validator | undefined;
  return (value) => {
    validator ??= Compile(schema);
    const meant = httpPart === "querystring" ? Convert(schema, value) : (value ?? {});
    if (validator.Check(meant)) return { value: meant };
    const [, errors] = validator.Errors(meant);
    return { error: errors };
  };
};

function notLoaded(): never {
  throw new Error("schemas are compiled by typebox, and answers are JSON");
}
