import { expect, it } from "vitest";
import { fuzz } from "../fuzz/fuzz.js";
import { seed } from "../harness/seed.js";

it("100 000 times, whatever is sent to an agent, it answers with a code or hangs up, and keeps nothing of it", async () => {
  const { answers, before, after } = await fuzz(seed, 100_000);
  console.info({ answers, before, after });
  expect(Object.keys(answers)).toEqual(
    expect.arrayContaining(["200", "400", "404", "408", "409", "412", "413", "415", "431", "504"]),
  );
  expect(after.openFiles).toBe(before.openFiles);
  expect(after.heapKib).toBeLessThan(1.1 * before.heapKib);
});
