import { expect, test } from "vitest";
import { flood } from "./flood.js";
import { stall } from "./stalled.js";

test("many who wait for one unit have one answer each when it completes, and many readers see the same", async () => {
  const { answers, seen } = await flood(400, 20);
  expect(Object.entries(answers)).toEqual([[expect.stringMatching(/^200 .*"is_satisfied":true/), 400]]);
  expect(Object.values(seen)).toEqual([20]);
});

test("clients that take nothing of what is sent to them, or next to nothing, are dropped while others are served", async () => {
  const { before, mostResidentKib, delivered, resumed } = await stall(500, "500ms");
  expect(delivered).toBe(1_000);
  expect(mostResidentKib - before.residentKib).toBeLessThan(100_000);
  expect(resumed.map(({ after, next }) => next - after)).toEqual([1, 1]);
});
