// The walls between the packages. Each is one direction in which nobody may import.

const builtins = { dependencyTypes: ["core"] };

/** The package or its sources, by whichever way it is reached. */
const workspace = (...names) => `^(?:packages|apps)/(?:${names.join("|")})/`;
const installed = (...names) => `node_modules/(?:${names.join("|")})/`;

/** @type {import("dependency-cruiser").IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: "graph-imports-nothing",
      comment: "@sync/graph is a data structure: it runs anywhere and is installed alone.",
      severity: "error",
      from: { path: "^packages/graph/src/" },
      to: { pathNot: "^packages/graph/src/" },
    },
    {
      name: "manager-imports-graph-only",
      comment: "@sync/manager has no I/O, no clock and no randomness: what it needs is passed in.",
      severity: "error",
      from: { path: "^packages/manager/src/" },
      to: { pathNot: ["^packages/manager/src/", "^packages/graph/dist/"] },
    },
    {
      name: "protocol-imports-no-package-of-ours",
      comment: "The contract is what both sides agree on, so it can depend on neither.",
      severity: "error",
      from: { path: "^packages/protocol/src/" },
      to: { path: workspace("graph", "manager", "agent", "cli") },
    },
    {
      name: "protocol-schemas-alone-load-typebox",
      comment: "Only an agent validates. Elsewhere the schemas are types, which cost nothing at run time.",
      severity: "error",
      from: { path: "^packages/protocol/src/", pathNot: "/schemas\\.ts$" },
      to: {
        path: [installed("typebox"), "^packages/protocol/src/schemas\\.ts$"],
        dependencyTypesNot: ["type-only"],
      },
    },
    {
      name: "protocol-contract-stays-light",
      comment:
        'What `import "@sync/protocol"` loads must run in a browser: no client, no package, no builtin.',
      severity: "error",
      from: { path: "^packages/protocol/src/[^/]+\\.ts$", pathNot: "/schemas\\.ts$" },
      to: {
        path: ["^packages/protocol/src/client/", "node_modules/"],
        dependencyTypesNot: ["type-only"],
      },
    },
    {
      name: "protocol-contract-has-no-builtins",
      comment: "As above.",
      severity: "error",
      from: { path: "^packages/protocol/src/[^/]+\\.ts$" },
      to: builtins,
    },
    {
      name: "cli-knows-the-contract-only",
      comment:
        "syncctl is a client like any other; and every module it loads is paid for by each call of a script.",
      severity: "error",
      from: { path: "^apps/cli/src/" },
      to: {
        path: [workspace("graph", "manager", "agent"), installed("fastify", "undici", "typebox", "pino")],
      },
    },
    {
      name: "agent-never-cli",
      comment: "The agent serves any client.",
      severity: "error",
      from: { path: "^apps/agent/src/" },
      to: { path: workspace("cli") },
    },
    {
      name: "nobody-into-the-source-of-another",
      comment: "A package is used by its name, as its users do.",
      severity: "error",
      from: { path: "^(packages|apps|tests)/([^/]+)/" },
      to: { path: "^(?:packages|apps)/[^/]+/(?:src|test)/", pathNot: "^$1/$2/" },
    },
    {
      name: "bench-into-no-source",
      comment: "As above; but for the shapes of graphs that the tests of the graph have as well.",
      severity: "error",
      from: { path: "^bench/" },
      to: {
        path: "^(?:packages|apps)/[^/]+/(?:src|test)/",
        pathNot: "^packages/graph/test/support/workloads\\.ts$",
      },
    },
    {
      name: "no-cycles",
      comment: "What imports each other, types included, cannot be read one after the other.",
      severity: "error",
      from: {},
      to: { circular: true },
    },
    {
      name: "no-orphans",
      comment: "A module that nobody imports and that imports nothing is left over.",
      severity: "error",
      from: { orphan: true, path: "/src/" },
      to: {},
    },
    {
      name: "all-is-found",
      comment: "An import that cannot be resolved would slip through every other rule.",
      severity: "error",
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: ["node_modules", "/dist/"] },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.base.json" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "node", "default"],
      extensions: [".ts", ".mts", ".cts", ".js", ".mjs", ".cjs", ".d.ts", ".json"],
    },
  },
};
