import { once } from "node:events";
import { createServer, type Socket } from "node:net";
import { expect, test } from "vitest";
import { startAgent } from "../rig.js";
import { Sandbox } from "../sandbox.js";

/** Says which signals it gets, and ends with 7 on SIGTERM. */
const listener = `
const signals = ["SIGINT", "SIGHUP", "SIGQUIT", "SIGUSR1", "SIGUSR2", "SIGWINCH", "SIGCONT"];
for (const signal of signals) process.on(signal, () => console.log("got " + signal));
process.on("SIGTERM", () => process.exit(7));
setInterval(() => {}, 1000);
console.log("listens");
`;

test("every signal reaches the command exactly once", async () => {
  await using agent = await startAgent();
  const run = agent.background("run", "app", "--", process.execPath, "-e", listener);
  await run.line("listens");

  const signals = ["SIGUSR1", "SIGUSR2", "SIGWINCH", "SIGHUP", "SIGQUIT", "SIGINT"] as const;
  for (const signal of signals) {
    run.signal(signal);
    await run.line(`got ${signal}`);
  }

  const { stdout, stderr, status } = await run.kill("SIGTERM");
  expect(stdout).toBe(["listens", ...signals.map((signal) => `got ${signal}`), ""].join("\n"));
  expect({ stderr, status }).toEqual({ stderr: "", status: 7 });
  expect(await agent.client.status("app")).toMatchObject({ status: "failed", reason: "exit 7" });
});

test("a signal reaches all that the command has started", async () => {
  await using agent = await startAgent();
  const inner = "trap 'echo inner; exit' USR1; echo listens; while :; do sleep 0.1; done";
  const run = agent.background("run", "app", "--", "sh", "-c", `trap : USR1; sh -c "${inner}"; exit 0`);
  await run.line("listens");

  run.signal("SIGUSR1");

  expect(await run.result).toMatchObject({ stdout: "listens\ninner\n", status: 0 });
});

test("a command that handles its end well has completed", async () => {
  await using agent = await startAgent();
  const script = "trap 'exit 0' TERM; echo runs; while :; do sleep 0.1; done";
  const run = agent.background("run", "app", "--", "sh", "-c", script);
  await run.line("runs");

  expect(await run.kill("SIGTERM")).toMatchObject({ status: 0 });
  expect(await agent.client.status("app")).toMatchObject({ status: "completed" });
});

test("SIGTSTP stops run and its command, and SIGCONT continues both", async () => {
  await using agent = await startAgent();
  const script = "echo child $$; until test -e end; do sleep 0.1; done";
  const run = agent.background("run", "app", "--", "sh", "-c", script);
  const [, child] = (await run.line("child")).split(" ");
  const bothAre = (state: string) =>
    agent.sh(
      `for pid in ${run.pid} ${child}; do until ps -o stat= -p $pid | grep -q '^${state}'; do :; done; done`,
    );

  // A shell that was just about to start something is D: that is stopped in its place.
  run.signal("SIGTSTP");
  await bothAre("[TD]");
  expect(await agent.client.status("app")).toMatchObject({ status: "started" });

  run.signal("SIGCONT");
  await bothAre("S");
  await agent.sh("touch end");
  expect(await run.result).toMatchObject({ status: 0 });
});

test("a signal ends a run that waits for an agent that is frozen", async () => {
  await using agent = await startAgent();
  const run = agent.background("run", "app", "--want", "db", "--", "touch", "trace");
  await agent.waiters(1);
  agent.process.signal("SIGSTOP");

  expect((await run.kill("SIGTERM")).status).toBe(143);

  expect((await agent.sh("test -e trace")).status).toBe(1);
});

test("a signal ends a run that no agent has answered yet", async () => {
  await using sandbox = new Sandbox();
  const silent = createServer().listen(`${sandbox.directory}/silent.sock`);
  await once(silent, "listening");
  const run = sandbox.start("syncctl", [
    "run",
    "app",
    "--socket-path",
    "silent.sock",
    "--",
    "touch",
    "trace",
  ]);
  const [connection]: Socket[] = await once(silent, "connection");

  expect(await run.kill("SIGTERM")).toMatchObject({ stdout: "", stderr: "", status: 143 });

  connection?.destroy();
  silent.close();
  expect((await sandbox.sh("test -e trace")).status).toBe(1);
});
