import { execFileSync } from "node:child_process";
import { setTimeout as delay } from "node:timers/promises";
import { ProtocolError } from "@sync/protocol/client";
import { expect, test } from "vitest";
import type { Child } from "./child.js";
import { codeOf, RunningAgent, startAgent } from "./rig.js";
import { Sandbox } from "./sandbox.js";

/** An agent whose journal has as good as no room, and what makes some. */
async function startCramped(sandbox: Sandbox) {
  const child = sandbox.startScript("trap '' XFSZ; ulimit -Sf 2; exec sync-agent");
  await child.line("listening");
  const makeRoom = () => execFileSync("prlimit", ["--pid", String(child.pid), "--fsize=unlimited"]);
  return { agent: new RunningAgent(sandbox, child), makeRoom };
}

/** Starts units until the journal takes no more, and then some. Resolves with those that were started. */
async function fill({ client }: RunningAgent): Promise<string[]> {
  const started: string[] = [];
  let refusals = 0;
  for (let count = 0; refusals < 3; count += 1) {
    try {
      await client.start(`u${count}`);
      started.push(`u${count}`);
    } catch (error) {
      if (!(error instanceof ProtocolError) || error.code !== "JOURNAL_UNAVAILABLE") throw error;
      refusals += 1;
    }
  }
  return started;
}

function logged(child: Child, text: string): Record<string, unknown>[] {
  return child.shown.split("\n").flatMap((line) => (line.includes(text) ? [JSON.parse(line)] : []));
}

test("a journal that cannot be written is told whoever asks, until it can, whether or not there are commands", async () => {
  await using sandbox = new Sandbox();
  const { agent, makeRoom } = await startCramped(sandbox);
  await using running = agent;
  const { client } = running;
  const begun = Date.now();
  const started = await fill(running);

  const { journal } = await client.ping();
  expect(journal?.failure).toContain("EFBIG");
  expect(Date.parse(journal?.failing_since ?? "")).toBeGreaterThanOrEqual(begun);
  expect(await client.metrics()).toContain("sync_journal_failing 1\n");
  const ping = await running.syncctl("ping");
  expect(ping).toMatchObject({ stdout: "Success\n", status: 0 });
  expect(ping.stderr).toMatch(
    /^warning: every command has been refused for \d+s: cannot write the journal ".*": EFBIG.*\n$/,
  );
  const sick = await running.syncctl("doctor");
  expect(sick.status).toBe(1);
  expect(sick.stdout).toMatch(
    /^problem {2}journal: every command has been refused .*\(make room on its disk, /m,
  );

  makeRoom();
  const well = await running.syncctl("doctor");
  expect(well.stdout).toMatch(/^ok {7}journal: .* has \d+ bytes; begun by this agent$/m);
  expect(await running.syncctl("ping")).toEqual({ stdout: "Success\n", stderr: "", status: 0 });
  expect((await client.ping()).journal).toMatchObject({ failure: null, failing_since: null });
  expect(await client.metrics()).toContain("sync_journal_failing 0\n");

  expect(logged(running.process, "cannot be written")).toMatchObject([
    { level: 50, cause: expect.stringContaining("EFBIG") },
  ]);
  expect(logged(running.process, "can be written again")).toMatchObject([{ level: 30 }]);
  await running.process.kill("SIGKILL");
  await using next = await startAgent(sandbox);
  expect((await next.client.ping()).journal?.beginning).toBe("kept");
  expect((await next.client.list()).map(({ unit_name }) => unit_name)).toEqual(started.toSorted());
  expect((await next.client.complete("u0")).status).toBe("completed");
});

test("an agent without a journal says so", async () => {
  await using agent = await startAgent(new Sandbox(), "--journal", "none");

  const { stdout, status } = await agent.syncctl("doctor");

  expect(status).toBe(0);
  expect(stdout).toMatch(/^ok {7}journal: none: everything is kept in memory, and ends with the agent$/m);
});

test("a command that ends while the journal takes nothing is reported once it does", async () => {
  await using sandbox = new Sandbox();
  const { agent, makeRoom } = await startCramped(sandbox);
  await using running = agent;
  await sandbox.sh("mkfifo gate");
  const run = running.background("run", "app", "--", "sh", "-c", "echo runs; read -r _ < gate");
  await run.line("runs");
  // What it will have to say is longer than that one of these has completed.
  for (const unit of await fill(running)) {
    if ((await codeOf(running.client.complete(unit))) !== "accepted") break;
  }
  await sandbox.sh("echo > gate");
  const isRefused = async () =>
    /complete.*JOURNAL_UNAVAILABLE|JOURNAL_UNAVAILABLE.*complete/.test(await running.client.metrics());
  while (!(await isRefused()));
  makeRoom();
  expect((await run.result).status).toBe(0);
  expect((await running.client.status("app")).status).toBe("completed");
});

test("an owner has not ended because the agent, without a free descriptor, cannot look", async () => {
  await using agent = await startAgent();
  const owner = agent.startScript("exec sleep 600");
  await agent.client.start("app", { owner: owner.pid });
  const allow = (files: string) =>
    execFileSync("prlimit", ["--pid", String(agent.process.pid), `--nofile=${files}:`]);
  allow("10");
  // Some looks at it.
  await delay(1_000);
  allow("1000");
  expect((await agent.client.status("app")).status).toBe("started");
  await owner.kill("SIGKILL");
  await agent.client.wait([{ unit: "app", requirement: "finished" }]);
  expect((await agent.client.status("app")).reason).toBe("owner lost");
});
