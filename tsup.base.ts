import type { Options } from "tsup";

export const target = "es2022";

interface ProgramOptions {
  /** What few runs load, or none: it stays where it is installed. */
  readonly outside?: readonly string[];
  /** What a library loads for something that is never asked of it: the library, and a module of Node. */
  readonly unused: readonly [library: string, module: string];
}

type Plugin = NonNullable<Options["esbuildPlugins"]>[number];

/** A program is one CommonJS file with everything in it, for what a start costs is mostly module loading. */
export function programOptions({ outside = [], unused }: ProgramOptions): Options {
  return {
    format: "cjs",
    target,
    metafile: true,
    external: [...outside],
    noExternal: [new RegExp(`^(?!(?:${outside.join("|")})$)`)],
    esbuildPlugins: [without(unused)],
    // Otherwise what is left out would not be seen.
    removeNodeProtocol: false,
    // Half as much to read. Names are kept, for the traces of bugs.
    esbuildOptions: (options) => {
      options.minifyWhitespace = true;
      options.minifySyntax = true;
    },
  };
}

/** Loading it takes a tenth of what an empty Node does. */
function without([library, module]: ProgramOptions["unused"]): Plugin {
  return {
    name: "without what is not used",
    setup: (build) => {
      build.onResolve({ filter: new RegExp(`^node:${module}$`) }, ({ importer }) =>
        importer.includes(`/node_modules/${library}/`) ? { path: module, namespace: "unused" } : undefined,
      );
      build.onLoad({ filter: /./, namespace: "unused" }, () => ({ contents: "" }));
    },
  };
}
