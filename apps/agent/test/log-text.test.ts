import { describe, expect, it } from "vitest";
import { escapeLine, spellOut } from "../src/log-text.js";

const names = ["plain", "\x1b[31m", "a\\u001b", "\x9b2J\x7f", "\u2028\u202e", "\b\f\r", "a\nb\tc", "\\", '"'];
const dangerous = /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/u;

describe("a line of the log", () => {
  it.each(names)("means the same when %j in it is escaped, and is safe to show", (name) => {
    const line = escapeLine(`${JSON.stringify({ name })}\n`);
    expect(JSON.parse(line)).toEqual({ name });
    expect(line.slice(0, -1)).not.toMatch(dangerous);
    expect(line.at(-1)).toBe("\n");
  });

  it.each(names)("spells %j out for who reads its strings", (name) => {
    const { name: shown } = JSON.parse(spellOut(JSON.stringify({ name })));
    expect(shown.replace(/[\n\t]/g, "")).not.toMatch(dangerous);
    const isPlain = !dangerous.test(name.replace(/[\n\t]/g, ""));
    expect(shown === name).toBe(isPlain);
  });
});
