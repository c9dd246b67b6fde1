import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { errors, exitStatus, isErrorCode } from "../src/index.js";

const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
const rows = [...readme.matchAll(/^\| `([A-Z_]+)` +\| (\d+|–) +\| (\d+) +\|/gm)].map(
  ([, code, status, exit]) => [code, status === "–" ? null : Number(status), Number(exit)],
);

describe("the README's table of error codes", () => {
  it("says for each code what the code says, and has every code once", () => {
    expect(rows).toEqual(Object.entries(errors).map(([code, { status, exit }]) => [code, status, exit]));
  });
});

describe("the README's example of the contract", () => {
  it("prints what its comments say", async () => {
    const [, example = ""] = /```js\n(.*?)```/s.exec(readme) ?? [];
    const expected = [...example.matchAll(/\/\/ (.*)$/gm)].map(([, comment]) => comment);
    expect(expected).not.toEqual([]);

    const run = promisify(execFile);
    const cwd = new URL("..", import.meta.url);
    const { stdout } = await run(process.execPath, ["--input-type=module", "--eval", example], { cwd });
    expect(stdout.trimEnd().split("\n")).toEqual(expected);
  });
});

describe("an error code", () => {
  it.each(Object.entries(errors))(
    "%s has a status that is an error's, or none, and an exit status",
    (_, entry) => {
      expect(entry.status === null || (entry.status >= 400 && entry.status < 600)).toBe(true);
      expect(Object.values(exitStatus)).toContain(entry.exit);
      expect(entry.exit).not.toBe(exitStatus.done);
      expect(entry.title).not.toBe("");
    },
  );

  it("is told from what merely looks like one", () => {
    expect(isErrorCode("CYCLE_DETECTED")).toBe(true);
    expect(isErrorCode("toString")).toBe(false);
  });
});
