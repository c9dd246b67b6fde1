import { expect, test } from "vitest";
import { startAgent } from "../rig.js";
import { Sandbox } from "../sandbox.js";

for (const [end, status, expected] of [
  ["well", 0, { status: "completed" }],
  ["badly", 3, { status: "failed", reason: "exit 3" }],
] as const) {
  test(`a command that ends ${end} while its agent is away is reported when a restart with its journal is over`, async () => {
    await using sandbox = new Sandbox();
    const journal = ["--journal", `${sandbox.directory}/journal`];
    await using agent = await startAgent(sandbox, ...journal);
    await sandbox.sh("mkfifo gate");
    const run = agent.background(
      "run",
      "app",
      "--",
      "sh",
      "-c",
      `echo runs; read -r _ < gate; exit ${status}`,
    );
    await run.line("runs");

    await agent.process.kill("SIGKILL");
    await sandbox.sh("echo > gate");
    await using next = await startAgent(sandbox, ...journal);

    expect((await run.result).status).toBe(status);
    expect(await next.client.status("app")).toMatchObject(expected);
  });
}

test("a command that goes on although run was told to end keeps its unit when the agent is restarted", async () => {
  await using sandbox = new Sandbox();
  const journal = ["--journal", `${sandbox.directory}/journal`];
  await using agent = await startAgent(sandbox, ...journal);
  const script = "trap 'echo told' TERM; echo runs; until test -e end; do sleep 0.1; done";
  const run = agent.background("run", "app", "--", "bash", "-c", script);
  await run.line("runs");
  run.signal("SIGTERM");
  await run.line("told");
  const other = agent.background("run", "other", "--", "sh", "-c", "echo runs; exec sleep 60");
  await other.line("runs");

  await agent.process.kill("SIGKILL");
  await other.kill("SIGKILL");
  await using next = await startAgent(sandbox, "--lease-grace", "3s", ...journal);
  // Now the time is up in which it had to come back.
  await next.client.wait([{ unit: "other", requirement: "finished" }]);
  await sandbox.sh("touch end");

  expect((await run.result).status).toBe(0);
  expect(await next.client.status("app")).toMatchObject({ status: "completed" });
});

test("a command whose agent comes back without its journal is not reported, and run says so", async () => {
  await using sandbox = new Sandbox();
  await using agent = await startAgent(sandbox, "--journal", `${sandbox.directory}/one`);
  await sandbox.sh("mkfifo gate");
  const run = agent.background("run", "app", "--", "sh", "-c", "echo runs; read -r _ < gate");
  await run.line("runs");

  await agent.process.kill("SIGKILL");
  await using next = await startAgent(sandbox, "--journal", `${sandbox.directory}/two`);
  await run.line("the agent has gone");
  await sandbox.sh("echo > gate");

  const { status, stderr } = await run.result;
  expect(status).toBe(125);
  expect(stderr).toContain('cannot report that "app" has completed');
  expect(await next.client.list()).toEqual([]);
});
