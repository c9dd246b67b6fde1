import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
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
  const { status, stderr } = await running.syncctl("complete", "u0");
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
  expect(check.stderr).toContain("there are 2 events before it");
  const events = await sandbox.sh(`sync-agent journal export ${directory}`);
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
