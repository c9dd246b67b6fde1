import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { createAgent } from "@sync/agent";
import { MemoryJournal } from "@sync/manager";
import { expect, test } from "vitest";
import { Sandbox } from "./sandbox.js";

/** Keeps nothing, and says so in a way that nobody has foreseen. */
class BrokenJournal extends MemoryJournal {
  override append(): Promise<number> {
    return Promise.reject(new TypeError("the disk is a teapot"));
  }
}

test("who meets a bug of the agent is told under which name its log says more", async () => {
  await using sandbox = new Sandbox();
  mkdirSync(dirname(sandbox.socketPath), { mode: 0o700 });
  const agent = await createAgent({ socketPath: sandbox.socketPath, journal: new BrokenJournal() });

  const { stdout, stderr, status } = await sandbox.syncctl("start", "app");

  expect({ stdout, status }).toEqual({ stdout: "", status: 70 });
  expect(stderr).toMatch(
    /^error: start unit failed: the agent's log says more about request "[\da-f]{8}-\d+"\n$/,
  );
  await agent.close();
});
