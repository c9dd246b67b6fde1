import { expect, test } from "vitest";
import { isColored, isLive } from "../src/terminal.js";

test.each([
  [true, {}, true],
  [false, {}, false],
  [true, { NO_COLOR: "1" }, false],
  [true, { NO_COLOR: "" }, true],
  [true, { TERM: "dumb" }, false],
  [false, { FORCE_COLOR: "1" }, true],
  [false, { FORCE_COLOR: "", NO_COLOR: "1" }, true],
  [true, { FORCE_COLOR: "0" }, false],
])("with isTTY %j and %j, colours are %j", (isTTY, env, expected) => {
  expect(isColored({ isTTY }, env)).toBe(expected);
});

test.each([
  [true, {}, true],
  [false, { FORCE_COLOR: "1" }, false],
  [true, { TERM: "dumb" }, false],
  [true, { CI: "true" }, false],
  [true, { NO_COLOR: "1" }, true],
])("with isTTY %j and %j, a live line is %j", (isTTY, env, expected) => {
  expect(isLive({ isTTY, columns: 80 }, env)).toBe(expected);
});

test("a terminal that does not know how wide it is has no live line", () => {
  expect(isLive({ isTTY: true, columns: 0 }, {})).toBe(false);
});
