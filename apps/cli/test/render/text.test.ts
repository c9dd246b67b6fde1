import { expect, test } from "vitest";
import { paint } from "../../src/render/text.js";

const evil = "a\u001b[2J\n";

test("escapes what others have written, and colours it after", () => {
  const text = [`"${evil}" is `, [{ text: `failed${evil}`, color: "red" }], "\u202e"] as const;
  expect(paint(text, false)).toBe(String.raw`"a\x1b[2J\n" is faileda\x1b[2J\n\u202e`);
  expect(paint(text, true)).toBe(`"a\\x1b[2J\\n" is \u001b[31mfaileda\\x1b[2J\\n\u001b[39m\\u202e`);
});
