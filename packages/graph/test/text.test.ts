import { expect, test } from "vitest";
import { visible } from "../src/text.js";

test.each([
  ["a\nb\r\tc", "a\\nb\\r\\tc"],
  ["\0\u001b\u007f\u0085", "\\u0000\\u001b\\u007f\\u0085"],
  ["\u2028\u202e\ufdd0\ud800", "\\u2028\\u202e\\ufdd0\\ud800"],
  ["\u{1ffff}", "\\ud83f\\udfff"],
  ["👩‍👩‍👧 ünï\\ב", "👩‍👩‍👧 ünï\\ב"],
])("%j is shown as %j", (text, shown) => {
  expect(visible(text)).toBe(shown);
});
