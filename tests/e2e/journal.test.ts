import { execFileSync } from "node:child_process";
import {
  appendFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { expect, test } from "vitest";
import { codeOf, journalIn, RunningAgent, startAgent } from "./rig.js";
import { Sandbox } from "./sandbox.js";

test("an agent that is killed at any moment loses nothing that it has acknowledged, and waits go on", async () => {
  await using sandbox = new Sandbox();
  await using agent = await startAgent(sandbox, ...journalIn(sandbox));
  await agent.client.want("app", [{ unit: "last" }]);
  const start = await agent.waiting("app", "--timeout", "0");
  const acknowledged = new Set<string>();
  let current: RunningAgent = agent;
  for (let life = 0; life < 4; life += 1) {
    const { client } = current;
    const working = Array.from({ length: 4 }, async (_, worker) => {
      for (let count = 0; ; count += 1) {
        const unit = `${life}-${worker}-${count}`;
        await client.start(unit);
        await client.complete(unit);
        acknowledged.add(unit);
      }
    });
    const stopped = Promise.allSettled(working);
    while (acknowledged.size < 40 * (life + 1)) await client.ping();
    await current.process.kill("SIGKILL");
    await stopped;
    current = await startAgent(sandbox, ...journalIn(sandbox));
    const known = new Map((await current.client.list()).map(({ unit_name, status }) => [unit_name, status]));
    expect([...acknowledged].filter((unit) => known.get(unit) !== "completed")).toEqual([]);
  }
  await current.client.start("last");
  await current.client.complete("last");

  expect((await start.result).status).toBe(0);
  expect((await current.client.status("app")).status).toBe("started");
});

test("a full disk refuses commands and hides nothing, and the agent recovers when there is room", async () => {
  await using sandbox = new Sandbox();
  const agent = sandbox.startScript(
    `trap '' XFSZ; ulimit -Sf 8; exec sync-agent ${journalIn(sandbox).join(" ")}`,
  );
  await agent.line("listening");
  await using running = new RunningAgent(sandbox, agent);
  const { client } = running;
  let started = 0;
  let refusal = "accepted";
  while (refusal === "accepted") {
    refusal = await codeOf(client.start(`u${started}`));
    if (refusal === "accepted") started += 1;
  }

  expect(refusal).toBe("JOURNAL_UNAVAILABLE");
  expect(await client.list()).toHaveLength(started);
  expect((await client.ping()).journal?.failure).toContain("EFBIG");
  // As many bytes as were refused: fewer might find room.
  const { status, stderr } = await running.syncctl("start", `u${started}`);
  expect(status).toBe(75);
  expect(stderr).toContain("cannot write the journal");

  execFileSync("prlimit", ["--pid", String(agent.pid), "--fsize=unlimited"]);
  expect(await codeOf(client.complete("u0"))).toBe("accepted");
  expect((await client.ping()).journal?.failure).toBeNull();
  await agent.kill("SIGKILL");
  await using next = await startAgent(sandbox, ...journalIn(sandbox));
  expect(await next.client.list()).toHaveLength(started);
  expect((await next.client.status("u0")).status).toBe("completed");
});

test("a damaged journal is refused with the way out, and what is before the damage can be kept", async () => {
  await using sandbox = new Sandbox();
  const directory = `${sandbox.directory}/journal`;
  const path = `${directory}/journal`;
  await using agent = await startAgent(sandbox, "--journal", directory);
  for (const unit of ["a", "b", "c"]) await agent.client.start(unit);
  expect((await sandbox.sh(`sync-agent journal check ${directory}`)).stdout).toContain("ok: 6 events");
  expect((await sandbox.sh(`sync-agent journal reset ${directory}`)).status).toBe(1);
  await agent.process.kill("SIGKILL");
  writeFileSync(path, readFileSync(path, "utf8").replace('"unit":"b"', '"unit":"x"'));

  const refused = await sandbox.start("sync-agent", ["--journal", directory]).result;
  expect(refused.status).toBe(1);
  expect(refused.stderr).toContain(`the journal "${path}" is damaged`);
  expect(refused.stderr).toContain(`next: sync-agent journal check ${directory}`);
  const check = await sandbox.sh(`sync-agent journal check ${directory}`);
  expect(check.status).toBe(1);
  expect(check.stderr).toContain("; before it: 2 events\n  next: sync-agent journal export");
  const events = await sandbox.sh(`sync-agent journal export ${directory}`);
  expect(events.status).toBe(1);
  expect(events.stderr).toContain("JOURNAL_CORRUPT");
  expect(
    events.stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line).unit),
  ).toEqual(["a", "a"]);

  expect((await sandbox.sh(`sync-agent journal reset ${directory}`)).status).toBe(0);
  await using next = await startAgent(sandbox, "--journal", directory);
  expect(await next.client.list()).toEqual([]);
});

test("an agent that knows as much of each unit as it may is killed, and the next one knows the same", async () => {
  await using sandbox = new Sandbox();
  const [, directory] = journalIn(sandbox);
  const path = `${directory}/journal`;
  await using agent = await startAgent(sandbox, ...journalIn(sandbox));
  const { client } = agent;
  const reason = "\u0001".repeat(4_096);
  const units = Array.from({ length: 300 }, (_, number) => ({ unit: `${"\u0001".repeat(1_000)}${number}` }));
  await Promise.all(units.map((dependency) => client.want("app", [dependency])));
  await Promise.all(units.map(({ unit }) => client.start(unit)));
  await Promise.all(units.map(({ unit }) => client.fail(unit, { reason })));
  rmSync(path);
  await client.resetAll({ reason });
  const before = await client.list();
  await agent.process.kill("SIGKILL");

  const lengths = readFileSync(path, "latin1")
    .split("\n")
    .map((line) => line.length);
  expect(lengths.reduce((sum, length) => sum + length)).toBeGreaterThan(15_000_000);
  expect(Math.max(...lengths)).toBeLessThan(150_000);
  await using next = await startAgent(sandbox, ...journalIn(sandbox));
  expect(await next.client.list()).toEqual(before);

  await next.process.kill("SIGKILL");
  const bytes = readFileSync(path);
  bytes[200_000] = 0x20;
  writeFileSync(path, bytes);
  const check = await sandbox.sh(`sync-agent journal check ${directory}`);
  expect(check.stderr).toMatch(/the record at byte \d+ is not what was written; before it: [1-9]\d* events/);
  const { stdout } = await sandbox.sh(`sync-agent journal export ${directory} | wc --lines`);
  expect(check.stderr).toContain(`before it: ${stdout.trim()} events`);
});

test("a journal whose file is removed while its agent lives is whole again with the next command", async () => {
  await using sandbox = new Sandbox();
  await using agent = await startAgent(sandbox, ...journalIn(sandbox));
  await agent.client.want("app", [{ unit: "db" }]);
  await agent.client.start("db");
  rmSync(`${sandbox.directory}/journal`, { recursive: true });
  await agent.client.complete("db");
  const before = { list: await agent.client.list(), sequence: (await agent.client.ping()).sequence };
  await agent.process.kill("SIGKILL");
  await using next = await startAgent(sandbox, ...journalIn(sandbox));
  expect({ list: await next.client.list(), sequence: (await next.client.ping()).sequence }).toEqual(before);
});

test("two agents on one journal are refused, also with sockets of their own", async () => {
  await using sandbox = new Sandbox();
  await using agent = await startAgent(sandbox, ...journalIn(sandbox));
  const flags = ["--socket-path", `${sandbox.directory}/second.sock`, ...journalIn(sandbox)];
  const { status, stderr } = await sandbox.start("sync-agent", flags).result;
  expect(status).toBe(1);
  expect(stderr).toBe(
    `error: the journal "${sandbox.directory}/journal/journal" is not available: another agent holds it (AGENT_ALREADY_RUNNING)\n`,
  );
  expect(await codeOf(agent.client.start("db"))).toBe("accepted");
});

test.each<[string, (path: string) => void, string]>([
  ["missing", (path) => rmSync(path), 'there is no journal in "d" (JOURNAL_UNAVAILABLE)'],
  [
    "empty",
    (path) => truncateSync(path),
    'the journal "d/journal" is damaged: it does not begin as a journal does; there is nothing to keep\n' +
      "  next: sync-agent journal reset d (JOURNAL_CORRUPT)",
  ],
  [
    "another program's",
    (path) => writeFileSync(path, "Nov 25 00:00:00 vm kernel: hello\n"),
    'the journal "d/journal" is damaged: it does not begin as a journal does; there is nothing to keep\n' +
      "  next: sync-agent journal reset d (JOURNAL_CORRUPT)",
  ],
  [
    "a directory",
    (path) => {
      rmSync(path);
      mkdirSync(path);
    },
    'cannot read the journal "d/journal": it is not a file (JOURNAL_UNAVAILABLE)',
  ],
  [
    "a link",
    (path) => {
      renameSync(path, `${path}.kept`);
      symlinkSync("journal.kept", path);
    },
    "cannot open the journal \"d/journal\": ELOOP: too many symbolic links encountered, open 'd/journal' (JOURNAL_UNAVAILABLE)",
  ],
  [
    "damaged in its first record",
    (path) => writeFileSync(path, readFileSync(path, "utf8").replace('"generation"', '"Generation"')),
    'the journal "d/journal" is damaged: it does not begin as a journal does; there is nothing to keep\n' +
      "  next: sync-agent journal reset d (JOURNAL_CORRUPT)",
  ],
])("a journal that is %s is not called whole, and not lost", async (_, harm, why) => {
  await using sandbox = new Sandbox();
  await using agent = await startAgent(sandbox, "--journal", `${sandbox.directory}/d`);
  await agent.client.start("db");
  await agent.process.kill("SIGKILL");
  harm(`${sandbox.directory}/d/journal`);
  const check = await sandbox.sh("sync-agent journal check d");
  expect(check).toEqual({ status: 1, stdout: "", stderr: `error: ${why}\n` });
  const printed = await sandbox.sh("sync-agent journal export d");
  expect(printed.status).toBe(1);
  expect(printed.stdout).toBe("");
});

test("a journal that is looked at while an agent uses it, and after that, is whole", async () => {
  await using sandbox = new Sandbox();
  const [, directory] = journalIn(sandbox);
  await using agent = await startAgent(sandbox, ...journalIn(sandbox));
  await agent.client.start("db");
  const { generation } = await agent.client.ping();
  const check = async () => (await sandbox.sh(`sync-agent journal check ${directory}`)).stdout;
  expect(await check()).toBe(`ok: 2 events; generation ${generation}\n`);
  await agent.process.kill("SIGKILL");
  appendFileSync(`${directory}/journal`, "0123abcd [torn");
  expect(await check()).toBe(
    `ok: 2 events, and 14 bytes of one that is not whole; generation ${generation}\n`,
  );
  const printed = await sandbox.sh(`sync-agent journal export ${directory}`);
  expect(
    printed.stdout
      .split("\n")
      .filter(Boolean)
      .map((line) => JSON.parse(line)),
  ).toMatchObject([
    { type: "registered", unit: "db" },
    { type: "started", unit: "db" },
  ]);
});

test("whoever reads only the beginning of an export is not an error", async () => {
  await using sandbox = new Sandbox();
  const [, directory] = journalIn(sandbox);
  await using agent = await startAgent(sandbox, ...journalIn(sandbox));
  const reason = "x".repeat(4_000);
  await Promise.all(
    Array.from({ length: 100 }, async (_, number) => {
      await agent.client.start(`u${number}`);
      await agent.client.fail(`u${number}`, { reason });
    }),
  );
  const { stdout, stderr, status } = await agent.sh(
    `set -o pipefail; sync-agent journal export ${directory} | head -n 1`,
  );
  expect(stdout).toContain('"type":"registered"');
  expect({ stderr, status }).toEqual({ stderr: "", status: 0 });
});

test("a directory without a journal is left as it is by a reset", async () => {
  await using sandbox = new Sandbox();
  mkdirSync(`${sandbox.directory}/other/journal`, { recursive: true });
  for (const directory of ["other", "other/journal", "nowhere"]) {
    const { status, stderr } = await sandbox.sh(`sync-agent journal reset ${directory}`);
    expect(status).toBe(1);
    expect(stderr).toContain("cannot put aside the journal");
  }
  expect(readdirSync(`${sandbox.directory}/other`)).toEqual(["journal"]);
  expect(readdirSync(`${sandbox.directory}/other/journal`)).toEqual([]);
});
