import { defineConfig } from "tsup";
import { programOptions, target } from "../../tsup.base.js";

/** What few agents load, or none: of the framework its own compilers and its client for tests. */
const outside = [
  "@fastify/swagger",
  "@fastify/ajv-compiler",
  "@fastify/fast-json-stringify-compiler",
  "light-my-request",
  "pino-pretty",
  "prom-client",
];

export default defineConfig([
  {
    entry: ["src/index.ts"],
    format: "esm",
    target,
    dts: true,
    metafile: true,
    // Hundreds of small modules: loading them would take longer than everything else at start-up.
    noExternal: [/typebox/, "@sync/protocol/schemas"],
    clean: ["!main.cjs", "!metafile-cjs.json"],
  },
  { entry: ["src/main.ts"], ...programOptions({ outside, unused: ["fastify", "http2"] }) },
]);
