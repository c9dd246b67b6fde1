import { expect, test } from "vitest";
import { oneUnit, parseUnitRequirement } from "../src/names.js";

test.each([
  ["db", { unit: "db" }],
  ["db:started", { unit: "db", requirement: "started" }],
  ["db:completed", { unit: "db", requirement: "completed" }],
  ["db:finished", { unit: "db", requirement: "finished" }],
  ["db:5432", { unit: "db:5432" }],
  ["db:Started", { unit: "db:Started" }],
  ["db:", { unit: "db:" }],
  ["started", { unit: "started" }],
  ["db:started:completed", { unit: "db:started", requirement: "completed" }],
])("reads %s", (text, expected) => {
  expect(parseUnitRequirement(text)).toEqual(expected);
});

test.each(["", ":started"])("refuses %j, which names nothing", (text) => {
  expect(() => parseUnitRequirement(text)).toThrow("unit name is required");
});

test("takes exactly one name where one is meant", () => {
  expect(oneUnit(["app"], "start")).toBe("app");
  expect(() => oneUnit([], "start")).toThrow("exactly one unit name is required");
  expect(() => oneUnit(["app", "db"], "start")).toThrow("exactly one unit name is required");
  expect(() => oneUnit([""], "start")).toThrow("unit name is required");
});
