import { expect, test } from "vitest";
import { escapeControls, escapeJson } from "../../src/render/escape.js";

test("spells out what moves the cursor, starts a line or turns text around", () => {
  expect(escapeControls("a\u001b[31m\n\r\t\u0000\u007f\u009b")).toBe("a\\x1b[31m\\n\\r\\t\\x00\\x7f\\x9b");
  expect(escapeControls("\u2028\u202e\u2066\u200f\u061c")).toBe("\\u2028\\u202e\\u2066\\u200f\\u061c");
});

test("leaves every other character alone", () => {
  const text = String.raw`C:\dir "quoted" ünï 👨‍👩‍👧 日本`;
  expect(escapeControls(text)).toBe(text);
});

test("changes nothing more when it is done twice", () => {
  const once = escapeControls("\u001b\n");
  expect(escapeControls(once)).toBe(once);
});

test("leaves JSON the same document", () => {
  const document = { name: "a\u001b\n\u0085\u007f\u202e\\n", list: ["👍"] };
  const text = escapeJson(JSON.stringify(document, null, 2));
  expect(JSON.parse(text)).toEqual(document);
  expect(text.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Bidi_Control}]/u);
});
