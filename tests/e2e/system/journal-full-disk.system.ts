import { appendFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Client, createClient } from "@sync/protocol/client";
import { expect, test } from "vitest";
import { codeOf, startAgent } from "../rig.js";
import { Sandbox } from "../sandbox.js";
import { Disk, journalOn } from "./disk.js";
import { makeLong } from "./long-journal.js";
import { restart } from "./restart.js";

/** Starts units until one is refused; returns how many were started. */
async function startMany(client: Client, name = "u"): Promise<number> {
  for (let count = 0; ; count += 1) {
    const code = await codeOf(client.start(`${name}${count}`));
    if (code === "accepted") continue;
    expect(code).toBe("JOURNAL_UNAVAILABLE");
    return count;
  }
}

test("on a full disk commands are refused, nothing is half done, and waits and reads go on until there is room", async () => {
  using disk = Disk.inMemory("size=128k");
  await using sandbox = new Sandbox();
  await using agent = await startAgent(sandbox, ...journalOn(disk));
  const { client } = agent;
  await client.want("app", [{ unit: "db" }]);
  await client.start("db");
  const waiting = await agent.waiting("app", "--timeout", "0");
  disk.fill();
  await startMany(client);
  const before = await client.list();

  const { status, stderr } = await agent.syncctl("complete", "db");
  expect(status).toBe(75);
  expect(stderr).toContain("cannot write the journal");
  expect(stderr).toContain("ENOSPC");
  const dependencies = [{ unit: "x" }, { unit: "y" }, { unit: "z" }];
  expect(await codeOf(client.want("wide", dependencies))).toBe("JOURNAL_UNAVAILABLE");
  expect(await client.list()).toEqual(before);
  expect((await client.ping()).waiters).toBe(1);

  disk.empty();
  expect(await codeOf(client.complete("db"))).toBe("accepted");
  expect((await waiting.result).status).toBe(0);
  expect((await client.ping()).journal?.failure).toBeNull();
  await using next = await restart(agent, journalOn(disk));
  await next.client.start("more");
});

test("of 8 clients on a full disk each knows what of its commands has happened, each as a whole", async () => {
  using disk = Disk.inMemory("size=128k");
  await using sandbox = new Sandbox();
  await using agent = await startAgent(sandbox, ...journalOn(disk));
  disk.fill();
  const accepted = new Set<string>();
  const hammer = async (_: unknown, number: number) => {
    const client = createClient({ socketPaths: [agent.socketPath] });
    for (let count = 0, refused = 0; refused < 5; count += 1) {
      const unit = `${number}-${count}`;
      const code = await codeOf(client.want(unit, [{ unit: `${unit}-a` }, { unit: `${unit}-b` }]));
      if (code === "accepted") accepted.add(unit);
      else refused += 1;
    }
    await client.close();
  };
  await Promise.all(Array.from({ length: 8 }, hammer));
  disk.empty();
  await Promise.all(Array.from({ length: 8 }, (_, number) => agent.client.start(`after-${number}`)));

  const units = await agent.client.list();
  const expected = [...accepted].flatMap((unit) => [unit, `${unit}-a`, `${unit}-b`]);
  const known = units.map(({ unit_name }) => unit_name).filter((name) => !name.startsWith("after"));
  expect(known.sort()).toEqual(expected.sort());
  await using next = await restart(agent, journalOn(disk));
  await next.client.start("more");
});

test("on a full disk an agent starts with the journal that it has, and not with a new one", async () => {
  using disk = Disk.inMemory("size=128k");
  await using sandbox = new Sandbox();
  disk.fill();
  const refused = await sandbox.start("sync-agent", journalOn(disk)).result;
  expect(refused.status).toBe(1);
  expect(refused.stderr).toMatch(
    /^error: cannot begin the journal ".*": ENOSPC: .* \(JOURNAL_UNAVAILABLE\)\n$/,
  );
  disk.empty();

  await using agent = await startAgent(sandbox, ...journalOn(disk));
  await agent.client.start("db");
  await agent.process.kill("SIGKILL");
  appendFileSync(join(disk.path, "journal/journal"), "0123abcd [torn");
  disk.fill();
  await using next = await startAgent(sandbox, ...journalOn(disk));
  expect((await next.client.status("db")).status).toBe("started");
  await startMany(next.client);
  expect(await codeOf(next.client.complete("db"))).toBe("JOURNAL_UNAVAILABLE");
  disk.empty();
  expect(await codeOf(next.client.complete("db"))).toBe("accepted");
  await using last = await restart(next, journalOn(disk));
  await last.client.start("more");
});

test("a disk without room for a shorter journal goes on with the long one", async () => {
  using disk = Disk.inMemory("size=5m");
  await using sandbox = new Sandbox();
  await using agent = await startAgent(sandbox, ...journalOn(disk));
  const { client } = agent;
  const longBytes = await makeLong(client);
  disk.fill();
  expect(await codeOf(client.start("db"))).toBe("accepted");
  expect((await client.ping()).journal?.bytes).toBeGreaterThan(longBytes);
  await startMany(client);
  disk.empty();
  await client.complete("db");
  await using next = await restart(agent, journalOn(disk));
  await next.client.start("last");
  expect((await next.client.ping()).journal?.bytes).toBeLessThan(longBytes);
  await using last = await restart(next, journalOn(disk));
  await last.client.start("more");
});

test("a disk without room for one more file keeps what comes, and no new agent starts on it", async () => {
  using disk = Disk.inMemory("size=8m,nr_inodes=8");
  await using sandbox = new Sandbox();
  await using agent = await startAgent(sandbox, ...journalOn(disk));
  const { client } = agent;
  await makeLong(client);
  for (let count = 0; (await codeOf(touch(disk, count))) === "accepted"; count += 1);
  expect(await codeOf(client.start("db"))).toBe("accepted");
  await using next = await restart(agent, journalOn(disk));
  await next.client.start("more");

  const flags = ["--socket-path", join(sandbox.directory, "b.sock"), "--journal", join(disk.path, "b")];
  const refused = await sandbox.start("sync-agent", flags).result;
  expect(refused.status).toBe(1);
  expect(refused.stderr).toMatch(/^error: cannot make the directory of the journal ".*": ENOSPC/);
});

async function touch({ path }: Disk, number: number): Promise<void> {
  writeFileSync(join(path, String(number)), "");
}
