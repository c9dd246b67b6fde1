import { defineConfig } from "tsup";

const target = "es2022";

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
    // Hundreds of small modules: loading them would take longer than everything else at start-up.
    noExternal: [/typebox/, "@sync/protocol/schemas"],
    clean: ["!main.cjs"],
  },
  // One CommonJS file, as `syncctl` is: what a start costs is mostly module loading.
  {
    entry: ["src/main.ts"],
    format: "cjs",
    target,
    external: outside,
    noExternal: [new RegExp(`^(?!(?:${outside.join("|")})$)`)],
    // Half as much to read. Names are kept, for the traces of bugs.
    esbuildOptions: (options) => {
      options.minifyWhitespace = true;
      options.minifySyntax = true;
    },
  },
]);
