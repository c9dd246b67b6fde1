import { rmSync } from "node:fs";
import { createClient } from "@sync/protocol/client";
import { expect, test } from "vitest";
import { codeOf, journalIn, startAgent } from "../rig.js";
import { Sandbox } from "../sandbox.js";
import { Faults, startAgentOnOneThread } from "./faults.js";
import { makeLong } from "./long-journal.js";
import { restart } from "./restart.js";

test.each([
  ["a write that fails", ["pwrite64:error=EIO"]],
  ["a write that takes nothing", ["pwrite64:retval=0"]],
  ["a sync that fails", ["fdatasync:error=EIO:when=1"]],
  ["a disk that syncs no more", ["fdatasync:error=EIO"]],
  ["a disk that neither syncs nor takes anything back", ["fdatasync:error=EIO", "ftruncate:error=EIO"]],
])("%s refuses the command, of which nothing is seen then or later", async (_, injections) => {
  await using sandbox = new Sandbox();
  await using agent = await startAgentOnOneThread(sandbox);
  const { client } = agent;
  await client.want("app", [{ unit: "db" }]);
  await client.start("db");
  const waiting = await agent.waiting("app");
  const events = agent.background("events", "--after", "0");
  await events.line("attempted");
  const before = await client.list();

  await using faults = await Faults.inject(agent, ...injections);
  expect(await codeOf(client.complete("db"))).toBe("JOURNAL_UNAVAILABLE");
  expect(await client.list()).toEqual(before);
  expect(await agent.process.line("cannot be written")).toContain("cannot write the journal");
  await faults.end();

  expect((await client.fail("db")).status).toBe("failed");
  expect((await waiting.result).status).toBe(1);
  await events.line("failed");
  expect(events.shown).not.toContain('"type":"completed"');
  await using next = await restart(agent, journalIn(sandbox));
  await next.client.start("more");
});

test.each<[string, NodeJS.Signals, string[]]>([
  ["a write that fails", "SIGKILL", ["pwrite64:error=EIO"]],
  ["a sync that fails", "SIGKILL", ["fdatasync:error=EIO"]],
  ["a disk that takes nothing back", "SIGTERM", ["fdatasync:error=EIO", "ftruncate:error=EIO"]],
])("what was refused because of %s is not there after a %s", async (_, signal, injections) => {
  await using sandbox = new Sandbox();
  await using agent = await startAgentOnOneThread(sandbox);
  await agent.client.start("db");
  await using faults = await Faults.inject(agent, ...injections);
  expect(await codeOf(agent.client.complete("db"))).toBe("JOURNAL_UNAVAILABLE");
  await faults.end();
  await agent.process.kill(signal);
  await using next = await startAgent(sandbox, ...journalIn(sandbox));
  expect((await next.client.status("db")).status).toBe("started");
});

test.each([
  ["does not sync", "fdatasync:error=EIO"],
  ["takes only some of it", "pwrite64:error=EIO:when=3"],
])(
  "what was refused by a disk that %s, and takes nothing back, is there as a whole after a SIGKILL, or not at all",
  async (_, injection) => {
    await using sandbox = new Sandbox();
    await using agent = await startAgentOnOneThread(sandbox);
    const { client } = agent;
    await client.start("db");
    const before = await client.list();
    await using faults = await Faults.inject(agent, injection, "ftruncate:error=EIO");
    // So much that it takes several records.
    const dependencies = Array.from({ length: 500 }, (_, number) => ({
      unit: `${"x".repeat(500)}${number}`,
    }));
    expect(await codeOf(client.want("app", dependencies))).toBe("JOURNAL_UNAVAILABLE");
    expect(await client.list()).toEqual(before);
    await agent.process.kill("SIGKILL");
    await faults.end();
    await using next = await startAgent(sandbox, ...journalIn(sandbox));
    expect([before.length, before.length + 1 + dependencies.length]).toContain(
      (await next.client.list()).length,
    );
    expect((await next.client.status("db")).status).toBe("started");
    await using last = await restart(next, journalIn(sandbox));
    await last.client.start("more");
  },
);

test.each([
  ["its file cannot be synced", "fsync:error=EIO:when=1"],
  ["it does not get its name", "rename:error=EIO"],
  ["its directory cannot be synced", "fsync:error=EIO:when=2"],
])("nothing is acknowledged by a journal that is written anew while %s", async (_, injection) => {
  await using sandbox = new Sandbox();
  await using agent = await startAgentOnOneThread(sandbox);
  const { client } = agent;
  await client.start("a");
  rmSync(`${sandbox.directory}/journal/journal`);
  await using faults = await Faults.inject(agent, injection);
  expect(await codeOf(client.complete("a"))).toBe("JOURNAL_UNAVAILABLE");
  await faults.end();

  // After a sync that failed nobody knows what is on the disk: the name is given once more.
  await using after = await Faults.inject(agent);
  await client.start("b");
  const count = await after.end();
  expect({ rename: count("rename"), fsync: count("fsync") }).toEqual({ rename: 1, fsync: 2 });
  await using next = await restart(agent, journalIn(sandbox));
  await next.client.start("more");
});

test.each([
  ["its file cannot be synced", "fsync:error=EIO:when=1", "accepted"],
  ["it does not get its name", "rename:error=EIO", "accepted"],
  ["its directory cannot be synced", "fsync:error=EIO:when=2", "JOURNAL_UNAVAILABLE"],
])("a journal that is to be made shorter while %s loses nothing", async (_, injection, code) => {
  await using sandbox = new Sandbox();
  await using agent = await startAgentOnOneThread(sandbox);
  const { client } = agent;
  const longBytes = await makeLong(client);
  await using faults = await Faults.inject(agent, injection);
  expect(await codeOf(client.start("a"))).toBe(code);
  await faults.end();

  expect(await codeOf(client.start("b"))).toBe("accepted");
  const { journal } = await client.ping();
  expect(journal?.failure).toBeNull();
  if (code !== "accepted") expect(journal?.bytes).toBeLessThan(longBytes);
  await using next = await restart(agent, journalIn(sandbox));
  await next.client.start("more");
});

test.each([
  ["file", "fsync:error=EIO:when=1"],
  ["name", "rename:error=EIO"],
  ["directory", "fsync:error=EIO:when=2"],
])("an agent whose journal cannot be begun because of its %s does not start", async (_, injection) => {
  await using sandbox = new Sandbox();
  const [flag, directory] = journalIn(sandbox);
  const agent = sandbox.startScript(
    `UV_THREADPOOL_SIZE=1 exec strace -f -o /dev/null --inject=${injection} sync-agent ${flag} ${directory}`,
  );
  const { status, stderr } = await agent.result;
  expect({ status, stderr }).toEqual({
    status: 1,
    stderr: expect.stringMatching(
      /^error: cannot begin the journal ".*": EIO: .* \(JOURNAL_UNAVAILABLE\)\n$/,
    ),
  });
  await using next = await startAgent(sandbox, ...journalIn(sandbox));
  expect(await next.client.list()).toEqual([]);
});

test("a slow disk keeps nobody from reading, and shows nobody what it has not taken", async () => {
  await using sandbox = new Sandbox();
  await using agent = await startAgent(sandbox, ...journalIn(sandbox));
  const { client } = agent;
  await client.start("db");
  const events = agent.background("events");
  await events.line("snapshot");
  await using faults = await Faults.inject(agent, "fdatasync:delay_enter=1s");
  let isAnswered = false;
  const complete = client.complete("db").then(() => {
    isAnswered = true;
  });
  let reads = 0;
  while (!isAnswered) {
    const { status } = await client.status("db");
    if (isAnswered) break;
    reads += 1;
    expect(status).toBe("started");
    expect(events.shown).not.toContain('"type":"completed"');
  }
  await complete;
  await events.line('"type":"completed"');
  expect(reads).toBeGreaterThan(1);
  await faults.end();
});

test.each([
  { clients: 1, most: 20 },
  { clients: 8, most: 80 },
  { clients: 64, most: 160 },
])("20 commands of each of $clients clients take at most $most syncs", async ({ clients, most }) => {
  await using sandbox = new Sandbox();
  await using agent = await startAgent(sandbox, ...journalIn(sandbox));
  await using faults = await Faults.inject(agent, "fdatasync:delay_enter=100ms");
  await Promise.all(
    Array.from({ length: clients }, async (_, number) => {
      const client = createClient({ socketPaths: [agent.socketPath] });
      for (let count = 0; count < 20; count += 1) await client.start(`${number}-${count}`);
      await client.close();
    }),
  );
  const count = await faults.end();
  expect(count("fdatasync")).toBeGreaterThanOrEqual(20);
  expect(count("fdatasync")).toBeLessThanOrEqual(most);
  await using next = await restart(agent, journalIn(sandbox));
  await next.client.start("more");
});
