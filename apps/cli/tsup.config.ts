import { defineConfig, type Options } from "tsup";

type Plugin = NonNullable<Options["esbuildPlugins"]>[number];

/** Commander loads it for subcommands that are programs of their own, and ours are none: a tenth of an empty Node. */
const withoutPrograms: Plugin = {
  name: "commander without programs",
  setup: (build) => {
    build.onResolve({ filter: /^node:child_process$/ }, ({ importer }) =>
      importer.includes("/commander/") ? { path: "nothing", namespace: "empty" } : undefined,
    );
    build.onLoad({ filter: /./, namespace: "empty" }, () => ({ contents: "" }));
  },
};

// One CommonJS file with everything in it: what a `syncctl` costs is almost all module loading.
export default defineConfig({
  entry: ["src/main.ts"],
  format: "cjs",
  target: "es2022",
  noExternal: [/./],
  // Half as much to read. Names are kept, for the traces of bugs.
  esbuildOptions: (options) => {
    options.minifyWhitespace = true;
    options.minifySyntax = true;
  },
  esbuildPlugins: [withoutPrograms],
  removeNodeProtocol: false,
  clean: true,
});
