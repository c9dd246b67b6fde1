import { defineConfig } from "tsup";

export default defineConfig({
  // A module a file: whoever bundles this package drops what it does not use, undici with its transport.
  entry: ["src/**/*.ts"],
  bundle: false,
  format: "esm",
  target: "es2022",
  dts: { entry: ["src/index.ts", "src/schemas.ts", "src/client/index.ts"] },
  clean: true,
});
