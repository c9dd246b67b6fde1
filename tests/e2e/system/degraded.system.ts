import { expect, test } from "vitest";
import { codeOf } from "../rig.js";
import { Sandbox } from "../sandbox.js";
import { Faults, startAgentOnOneThread } from "./faults.js";

test("who asks a failed journal how it is gets an answer although the disk gives none", async () => {
  await using sandbox = new Sandbox();
  await using agent = await startAgentOnOneThread(sandbox);
  const { client } = agent;
  // What this loads would come by the one thread.
  await client.metrics();
  const broken = await Faults.inject(agent, "fdatasync:error=EIO");
  expect(await codeOf(client.start("db"))).toBe("JOURNAL_UNAVAILABLE");
  await broken.end();

  const longerThanAnybodyWaits = 60_000_000;
  await using _ = await Faults.inject(agent, `pwrite64:delay_enter=${longerThanAnybodyWaits}`);
  expect((await client.ping()).journal?.failure).toContain("EIO");
  expect(await client.metrics()).toContain("sync_journal_failing 1\n");
});
