import { defineConfig } from "tsup";

// One CommonJS file with everything in it: what a `syncctl` costs is almost all module loading.
export default defineConfig({
  entry: ["src/main.ts"],
  format: "cjs",
  target: "es2022",
  noExternal: [/./],
  clean: true,
});
