import { expect, test } from "vitest";
import { parseDuration } from "../src/duration.js";
import { UsageError } from "../src/usage-error.js";

test("reads a duration as milliseconds", () => {
  expect(parseDuration("1h30m", "--timeout")).toBe(5_400_000);
});

test.each(["", "5x", "-1"])("refuses %j", (text) => {
  expect(() => parseDuration(text, "--timeout")).toThrow(UsageError);
});

test("refuses what no timer can hold", () => {
  expect(parseDuration("596h", "--timeout")).toBe(2_145_600_000);
  expect(() => parseDuration("597h", "--timeout")).toThrow("longer than 24 days");
});

test("shows what a duration looks like", () => {
  expect(() => parseDuration("soon", "--timeout")).toThrow(
    expect.objectContaining({ example: expect.stringContaining("--timeout 90s") }),
  );
});
