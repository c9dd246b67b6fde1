import { defineConfig } from "tsup";

export default defineConfig({
  entry: ["src/index.ts", "src/schemas.ts", "src/client/index.ts"],
  format: "esm",
  target: "es2022",
  dts: true,
  clean: true,
});
