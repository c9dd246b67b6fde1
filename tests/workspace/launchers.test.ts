import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

function read(path: string): string {
  return readFileSync(fileURLToPath(new URL(`../../${path}`, import.meta.url)), "utf8");
}

const [syncctl, syncAgent] = [read("apps/cli/bin/syncctl.cjs"), read("apps/agent/bin/sync-agent.cjs")];

it("both programs are found in the same way", () => {
  const renamed = syncctl.replace("cli-$machine/bin/syncctl", "agent-$machine/bin/sync-agent");
  expect(syncAgent).toBe(renamed.replace("SYNC_PROGRAM=$0 exec", "exec"));
});

it("an executable is found for each machine for which there is one", () => {
  const found = Array.from(syncctl.matchAll(/machine=(\w+-\w+) ;;/g), ([, machine]) => machine);
  const built = Array.from(
    read("standalone.mjs").matchAll(/^ {2}"([\w-]+)": "bun-/gm),
    ([, machine]) => machine,
  );
  expect(built.length).toBeGreaterThan(0);
  expect(new Set(found)).toEqual(new Set(built));
});
