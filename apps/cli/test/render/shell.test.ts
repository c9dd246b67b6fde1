import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { shellLine } from "../../src/render/shell.js";

test("leaves plain words as they are", () => {
  expect(shellLine(["syncctl", "start", "git-clone/a.b:started"])).toBe(
    "syncctl start git-clone/a.b:started",
  );
});

test("stays on one line whatever is in a word", () => {
  expect(shellLine(["a\nb\u001b"])).toBe(String.raw`$'a\nb\x1b'`);
});

test.each(["two words", "it's", 'a"b', "$HOME `id` \\", "", "*", "a\nb\t\u001b[31m'\\n", "ünï 👍"])(
  "is taken back by a shell: %j",
  (word) => {
    const line = shellLine(["printf", "%s", word]);
    expect(execFileSync("bash", ["-c", line], { encoding: "utf8" })).toBe(word);
  },
);
