import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { Sandbox } from "./sandbox.js";

const require = createRequire(import.meta.url);
const hasMan = spawnSync("man", ["--version"]).status === 0;

describe.each([
  { program: "syncctl", packageName: "@sync/cli", leastCommands: 12 },
  { program: "sync-agent", packageName: "@sync/agent", leastCommands: 4 },
] as const)("the man page of $program", ({ program, packageName, leastCommands }) => {
  const manifestPath = require.resolve(`${packageName}/package.json`);
  const manifest: { man: string; files: string[] } = JSON.parse(readFileSync(manifestPath, "utf8"));
  const path = join(dirname(manifestPath), manifest.man);
  const page = readFileSync(path, "utf8");

  test("is in the package", () => {
    expect(manifest.files).toContain("man");
    expect(page).toContain(`.TH ${program.toUpperCase()} 1 `);
  });

  test("has every command, with all that its help says, and every exit code", async () => {
    await using sandbox = new Sandbox();
    const helpOf = async (command: readonly string[]) =>
      (await sandbox.start(program, [...command, "--help"]).result).stdout;
    const top = await helpOf([]);
    const sections = new Map<string, string>();
    for (const part of page.split(/^(?=\.S[SH] )/m)) {
      const name = plain(/^\.SS "(.*)"$/m.exec(part)?.[1] ?? "");
      sections.set(name, `${sections.get(name) ?? ""}${part}`);
    }

    const left = [{ command: [] as string[], help: top }];
    let seen = 0;
    for (let next = left.pop(); next !== undefined; next = left.pop()) {
      const section = sections.get(next.command.join(" "));
      const isTop = next.command.length === 0;
      // The list of commands stands for itself: each of them has a section.
      const [before = "", list = "", after = ""] = next.help.split(/^Commands:\n((?: .*\n)*)/m);
      expect(wordsOf(plain(section ?? ""))).toEqual(expect.arrayContaining(wordsOf(before + after)));
      for (const [, name = ""] of list.matchAll(/^ {2}([a-z]+)(?: |$)/gm)) {
        const command = [...next.command, name];
        if (name !== "help") {
          left.push({ command, help: await helpOf(command) });
        }
      }
      seen += isTop ? 0 : 1;
    }
    expect(seen).toBeGreaterThanOrEqual(leastCommands);
    expect([...sections.keys()].filter((name) => name !== "")).toHaveLength(seen);
  });

  test.skipIf(!hasMan)("is one that man shows without a warning", () => {
    const shown = spawnSync("man", ["--warnings", "-l", path], { encoding: "utf8" });
    expect(shown).toMatchObject({ stderr: "", status: 0 });
    expect(shown.stdout).toContain("SYNOPSIS");
  });
});

function plain(roff: string): string {
  return roff
    .replace(/^\.(?:TH|SH|SS|TP|PP|nf|fi|B|I) ?/gm, "")
    .replaceAll("\\-", "-")
    .replaceAll("\\(aq", "'")
    .replaceAll("\\(dq", '"')
    .replaceAll("\\&", "")
    .replaceAll("\\e", "\\");
}

/** All words, whatever the lines and the headings are. */
function wordsOf(text: string): string[] {
  return text
    .replace(/^Usage: /gm, "")
    .toLowerCase()
    .split(/[\s:.]+/)
    .filter((word) => word !== "");
}
