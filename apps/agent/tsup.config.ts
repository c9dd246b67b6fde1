import { defineConfig } from "tsup";

export default defineConfig({
  entry: ["src/index.ts", "src/main.ts"],
  format: "esm",
  target: "es2022",
  dts: { entry: "src/index.ts" },
  // Hundreds of small modules: loading them would take longer than everything else at start-up.
  noExternal: [/typebox/, "@sync/protocol/schemas"],
  clean: true,
});
