import { expect, test } from "vitest";
import { age } from "../../src/render/age.js";

const since = "2026-01-01T00:00:00.000Z";

test.each([
  [0, "0s"],
  [999, "0s"],
  [12_000, "12s"],
  [60_000, "1m"],
  [185_000, "3m5s"],
  [3_600_000, "1h"],
  [3_605_000, "1h"],
  [90_061_000, "1d1h"],
])("says after %d ms that it was %s", (ms, text) => {
  expect(age(since, Date.parse(since) + ms)).toBe(text);
});

test("does not go below zero when the clock is set back", () => {
  expect(age(since, Date.parse(since) - 5000)).toBe("0s");
});
