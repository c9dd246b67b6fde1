import { expect, test } from "vitest";
import { maxTimerMs, parseDuration } from "../src/index.js";

test.each([
  ["30s", 30_000],
  ["5m", 300_000],
  ["1h30m", 5_400_000],
  ["1h30m5s250ms", 5_405_250],
  ["1.5h", 5_400_000],
  ["500ms", 500],
  ["90", 90_000],
  ["0.5", 500],
  ["0", 0],
  ["0s", 0],
])("reads %s as %d milliseconds", (text, ms) => {
  expect(parseDuration(text)).toBe(ms);
});

test("rounds up, so that a very short time does not become none", () => {
  expect(parseDuration("0.1ms")).toBe(1);
});

test.each(["", " ", "5x", "m", "-1", "1m1h", "1e3", "5 m", "٣s", "Infinity"])(
  "knows that %j is none",
  (text) => {
    expect(parseDuration(text)).toBeUndefined();
  },
);

test("a timer holds 24 days, 20 hours", () => {
  expect(parseDuration("596h")).toBeLessThan(maxTimerMs);
  expect(parseDuration("597h")).toBeGreaterThan(maxTimerMs);
});
