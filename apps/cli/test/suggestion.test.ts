import { expect, test } from "vitest";
import { nearestName } from "../src/suggestion.js";

const names = ["database", "git-clone", "ab"];

test.each([
  ["databse", "database"],
  ["git-clnoe", "git-clone"],
  ["aa", "ab"],
])("takes %s for %s", (unknown, nearest) => {
  expect(nearestName(unknown, names)).toBe(nearest);
});

test.each(["x", "redis", "data", "", "database"])("finds nothing like %j", (unknown) => {
  expect(nearestName(unknown, names)).toBeUndefined();
});
