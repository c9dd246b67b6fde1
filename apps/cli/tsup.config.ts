import { defineConfig } from "tsup";
import { programOptions } from "../../tsup.base.js";

export default defineConfig({
  entry: ["src/main.ts"],
  // For subcommands that are programs of their own.
  ...programOptions({ unused: ["commander", "child_process"] }),
  clean: true,
});
