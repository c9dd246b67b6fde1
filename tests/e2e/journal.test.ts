import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { RunningAgent, startAgent } from "./rig.js";
import { Sandbox } from "./sandbox.js";

function journalIn({ directory }: Sandbox): string[] {
  return ["--journal", `${directory}/journal`];
}

async function codeOf(call: Promise<unknown>): Promise<string> {
  return call.then(
    () => "accepted",
    (error: unknown) => (error instanceof Error && "code" in error ? String(error.code) : String(error)),
  );
}

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
