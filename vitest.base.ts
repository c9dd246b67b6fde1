import { defineConfig } from "vitest/config";

/** How every package is tested. */
export default defineConfig({
  test: {
    // No test is about time: these limits only end what hangs, on a busy machine too.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    reporters: [
      "default",
      ["json", { outputFile: `.results/${process.env["TEST_RESULTS"] ?? "tests"}.json` }],
    ],
  },
});
