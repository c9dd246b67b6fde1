import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    // Generous, for a machine that is busy with other things; most tests take milliseconds.
    testTimeout: 60_000,
    reporters: ["default", ["json", { outputFile: ".results/tests.json" }]],
  },
});
