import { defineConfig } from "tsup";

export default defineConfig({
  entry: ["src/main.ts", "src/processes/*.ts"],
  format: "esm",
  target: "es2022",
  skipNodeModulesBundle: true,
  clean: true,
});
