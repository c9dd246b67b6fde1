import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { createInterface } from "node:readline";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { root } from "./support/document.js";
import { existing } from "./support/existing.js";

let directory: string;

beforeEach(() => {
  directory = mkdtempSync("/tmp/sync-demo-");
});
afterEach(() => rmSync(directory, { recursive: true }));

describe("the demo", () => {
  it("shows that claude works only after git has cloned, and leaves nothing behind", async () => {
    const demo = start();
    const lines: string[] = [];
    createInterface({ input: existing(demo.stdout) }).on("line", (line) => lines.push(line));
    const [status] = await once(demo, "close");

    expect(status, lines.join("\n")).toBe(0);
    for (const order of [
      ["waiting for dependencies", "finished waiting", "working in the clone"],
      ["cloning", "cloned", "working in the clone"],
    ]) {
      const found = order.map((text) => lines.findIndex((line) => line.includes(text)));
      expect(found).not.toContain(-1);
      expect(found).toEqual(found.toSorted((a, b) => a - b));
    }
    expect(readdirSync(directory)).toEqual([]);
  });

  it.each([
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const)("leaves nothing behind when %s ends it", async (signal, expected) => {
    const demo = start();
    for await (const line of createInterface({ input: existing(demo.stdout) })) {
      if (line.includes("cloning")) {
        // As a terminal does on Ctrl-C: to all of them.
        process.kill(signal === "SIGINT" ? -Number(demo.pid) : Number(demo.pid), signal);
      }
    }
    // The output has ended, so every process that had it is gone.
    const status = demo.exitCode ?? (await once(demo, "exit"))[0];

    expect(status).toBe(expected);
    expect(readdirSync(directory)).toEqual([]);
  });
});

/** Everything it starts has its output and its directory for temporary files. */
function start(): ChildProcess {
  return spawn("sh", [`${root}examples/git-and-claude/demo.sh`], {
    detached: true,
    env: { ...process.env, TMPDIR: directory },
    stdio: ["ignore", "pipe", "inherit"],
  });
}
