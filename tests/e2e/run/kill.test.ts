import type { EventDocument } from "@sync/protocol";
import { expect, test } from "vitest";
import { type RunningAgent, startAgent } from "../rig.js";

// It takes a breath before it speaks: run has to have handed its number over, which takes it a few milliseconds.
const loiter = "sleep 60 & sleep 0.3; echo child $$ $!; wait";

/** Starts a command that has started another, and tells the numbers of both. */
async function startLoitering(agent: RunningAgent, script = loiter) {
  const run = agent.background("run", "app", "--", "sh", "-c", script);
  const [, ...pids] = (await run.line("child")).split(" ");
  return { run, pids: pids.map(Number) };
}

/** Resolves when none of them is there any longer; fails after a while. */
async function gone(agent: RunningAgent, pids: readonly number[]): Promise<void> {
  const anyone = pids.map((pid) => `kill -0 ${pid} 2>/dev/null`).join(" || ");
  const { status } = await agent.sh(`for i in $(seq 100); do ${anyone} || exit 0; sleep 0.1; done; exit 1`);
  expect(status).toBe(0);
}

/** Listens from now on; resolves with the first such event, and when it came. */
async function nextFailure(
  agent: RunningAgent,
  unit: string,
): Promise<() => Promise<[EventDocument, number]>> {
  const events = agent.client.events();
  await events.next();
  const failed = (async (): Promise<[EventDocument, number]> => {
    for await (const event of events) {
      if (event.type === "failed" && event.unit_name === unit) {
        return [event, performance.now()];
      }
    }
    throw new Error("the events have ended");
  })();
  return () => failed;
}

test("kill -9 of run fails the unit at once, and ends the command and what that has started", async () => {
  await using agent = await startAgent();
  const { run, pids } = await startLoitering(agent);
  const failure = await nextFailure(agent, "app");

  const begun = performance.now();
  run.signal("SIGKILL");
  const [event, at] = await failure();

  console.info(`known ${(at - begun).toFixed(1)} ms after the kill`);
  expect(event).toMatchObject({ reason: "owner lost" });
  // The promise is 100 ms. A machine that is busy may stand still for longer, but not for as long as a poll.
  expect(at - begun).toBeLessThan(5_000);
  await gone(agent, pids);
});

test("kill -9 of run ends a command that does not want to", async () => {
  await using agent = await startAgent();
  const { run, pids } = await startLoitering(agent, `trap '' TERM; ${loiter}`);

  await run.kill("SIGKILL");

  await gone(agent, pids);
});

test("kill -9 of run gives the command a second to end, even where its PATH has no sleep", async () => {
  await using agent = await startAgent();
  const script =
    "trap '/bin/sleep 0.3; echo well > end; exit' TERM; echo runs; while :; do /bin/sleep 0.1; done";
  const words = ["run", "app", "--", "/bin/sh", "-c", `/bin/sleep 0.3; ${script}`];
  const run = agent.sandbox.start("syncctl", words, { PATH: "/nowhere" });
  await run.line("runs");

  await run.kill("SIGKILL");

  const { stdout } = await agent.sh("for i in $(seq 50); do test -e end && break; sleep 0.1; done; cat end");
  expect(stdout).toBe("well\n");
});

test("kill -9 of run ends a command that is stopped", async () => {
  await using agent = await startAgent();
  const { run, pids } = await startLoitering(agent);
  await agent.sh(`kill -STOP ${pids.join(" ")}`);

  await run.kill("SIGKILL");

  await gone(agent, pids);
});

test("kill -9 of the whole group fails the unit, and ends the command", async () => {
  await using agent = await startAgent();
  const job = agent.startScript(`set -m; syncctl run app -- sh -c '${loiter}' & echo job $!; wait`);
  const [, group] = (await job.line("job")).split(" ");
  const [, ...pids] = (await job.line("child")).split(" ");
  const failure = await nextFailure(agent, "app");

  process.kill(-Number(group), "SIGKILL");

  const [event] = await failure();
  expect(event).toMatchObject({ reason: "owner lost" });
  await gone(agent, pids.map(Number));
});

test("kill -9 of the script around it leaves the run alone", async () => {
  await using agent = await startAgent();
  const script = agent.startScript(
    `syncctl run app -- sh -c 'echo runs; until test -e end; do sleep 0.1; done'; :`,
  );
  await script.line("runs");

  process.kill(script.pid, "SIGKILL");
  await agent.sh("touch end; syncctl wait app");

  expect(await agent.client.status("app")).toMatchObject({ status: "completed" });
});

test("kill -9 of the command fails the unit with the signal, and tells who waits", async () => {
  await using agent = await startAgent();
  const { run, pids } = await startLoitering(agent, "echo child $$; exec sleep 60");
  const dependent = agent.background("run", "web", "--want", "app", "--", "echo", "never");
  await agent.waiters(1);

  process.kill(pids[0] ?? Number.NaN, "SIGKILL");

  expect(await run.result).toMatchObject({ status: 137, stderr: "" });
  const { status, stdout, stderr } = await dependent.result;
  expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
  expect(stderr).toMatch(/"app" failed \d+s ago; must be completed; reason: killed by SIGKILL/);
});

test("kill -9 during the wait fails the unit, and runs nothing", async () => {
  await using agent = await startAgent();
  const run = agent.background("run", "app", "--want", "db", "--", "touch", "trace");
  await agent.waiters(1);
  const failure = await nextFailure(agent, "app");

  await run.kill("SIGKILL");

  expect((await failure())[0]).toMatchObject({ reason: "owner lost" });
  await agent.client.start("db");
  await agent.client.complete("db");
  expect((await agent.sh("test -e trace")).status).toBe(1);
});
