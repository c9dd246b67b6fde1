import { expect, test } from "vitest";
import { codeOf, startAgent } from "../rig.js";
import { Sandbox } from "../sandbox.js";
import { Disk, journalOn } from "./disk.js";

test("a disk that is mounted read-only at start is refused, and taken when it is not", async () => {
  using disk = Disk.inMemory("size=128k");
  await using sandbox = new Sandbox();
  await using agent = await startAgent(sandbox, ...journalOn(disk));
  await agent.client.start("db");
  await agent.process.kill("SIGKILL");
  disk.remount("ro");
  const { status, stderr } = await sandbox.start("sync-agent", journalOn(disk)).result;
  expect(status).toBe(1);
  expect(stderr).toMatch(/^error: .*EROFS.* \(LOCK_UNAVAILABLE\)\n$/);
  disk.remount("rw");
  await using next = await startAgent(sandbox, ...journalOn(disk));
  expect((await next.client.status("db")).status).toBe("started");
});

test("a disk that the kernel gives up takes no commands, and has afterwards what was acknowledged", async () => {
  using disk = Disk.inFile();
  await using sandbox = new Sandbox();
  await using agent = await startAgent(sandbox, ...journalOn(disk));
  const { client } = agent;
  await client.start("db");
  const before = await client.list();

  disk.remount("abort");
  expect(await codeOf(client.complete("db"))).toBe("JOURNAL_UNAVAILABLE");
  expect(await client.list()).toEqual(before);
  expect((await client.ping()).journal?.failure).toMatch(/EROFS|EIO/);

  await agent.process.kill("SIGKILL");
  disk.repair();
  await using next = await startAgent(sandbox, ...journalOn(disk));
  expect(await next.client.list()).toEqual(before);
  expect(await codeOf(next.client.complete("db"))).toBe("accepted");
});
