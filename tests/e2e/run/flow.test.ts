import { join } from "node:path";
import { expect, test } from "vitest";
import { startAgent } from "../rig.js";

test("the command runs when its dependencies are met, and its end is reported", async () => {
  await using agent = await startAgent();
  await agent.client.start("config");
  const run = agent.background(
    "run",
    "app",
    "--want",
    "db",
    "--want",
    "config:started",
    "--",
    "echo",
    "hello",
  );
  await agent.waiters(1);
  expect(await agent.client.status("app")).toMatchObject({ status: "pending", starting: { pid: run.pid } });

  await agent.client.start("db");
  await agent.client.complete("db");

  expect(await run.result).toEqual({ status: 0, stdout: "hello\n", stderr: "" });
  expect(await agent.client.status("app")).toMatchObject({ status: "completed", owner: null });
});

test("while it runs, the unit belongs to run", async () => {
  await using agent = await startAgent();
  const run = agent.background("run", "app", "--", "sh", "-c", "echo runs; sleep 60");
  await run.line("runs");

  expect(await agent.client.status("app")).toMatchObject({ status: "started", owner: { pid: run.pid } });
  expect((await agent.syncctl("complete", "app")).status).toBe(77);
});

test("a unit that waits already for another run is left to that", async () => {
  await using agent = await startAgent();
  agent.background("run", "app", "--want", "db", "--", "true");
  await agent.waiters(1);

  const second = await agent.syncctl("run", "app", "--", "echo", "never");

  expect(second).toMatchObject({ status: 77, stdout: "" });
  expect(second.stderr).toContain("next: to see whose it is: syncctl status app");
});

test("words after the command are its own, with and without the two dashes", async () => {
  await using agent = await startAgent();

  expect(await agent.syncctl("run", "a", "echo", "--quiet", "-x")).toMatchObject({ stdout: "--quiet -x\n" });
  expect(await agent.syncctl("run", "b", "--", "echo", "--", "-n")).toMatchObject({ stdout: "-- -n\n" });
  expect(await agent.syncctl("run", "--retry", "1", "c", "--quiet", "--", "echo", "hi")).toMatchObject({
    stdout: "hi\n",
  });
});

test("the command finds the agent, its unit and the attempt in its environment", async () => {
  await using agent = await startAgent();
  const { directory, socketPath } = agent.sandbox;

  const script = `cd ${directory}; unset SYNC_SOCKET_PATH; cd run; syncctl run app --socket-path agent.sock -- \\
    sh -c 'cd /; echo $SYNC_SOCKET_PATH $SYNC_UNIT $SYNC_ATTEMPT; syncctl status $SYNC_UNIT'`;
  const { stdout } = await agent.sh(script);

  expect(stdout).toContain(`${socketPath} app 1\nUnit: app\nStatus: started\n`);
});

test("the command may report on its own unit", async () => {
  await using agent = await startAgent();

  const own = await agent.syncctl("run", "app", "--", "sh", "-c", "syncctl -q complete app && exit 0");
  const broken = await agent.syncctl(
    "run",
    "bad",
    "--",
    "sh",
    "-c",
    "syncctl -q fail bad -m 'no space'; exit 0",
  );

  expect(own).toEqual({ status: 0, stdout: "", stderr: "" });
  expect(broken).toMatchObject({ status: 125, stdout: "" });
  expect(broken.stderr).toMatch(/^error: cannot report that "bad" has completed: .*\n$/);
  expect(await agent.client.status("bad")).toMatchObject({ status: "failed", reason: "no space" });
});

test("a command whose dependency has failed is never run, and its unit is skipped", async () => {
  await using agent = await startAgent();
  const run = agent.background("run", "app", "--want", "db", "--", "touch", "trace");
  await agent.waiters(1);

  await agent.client.start("db");
  await agent.client.fail("db", { reason: "no space left" });

  const { status, stdout, stderr } = await run.result;
  expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
  expect(stderr).toMatch(/root cause: "db" failed \d+s ago; must be completed; reason: no space left/);
  expect((await agent.sh("test -e trace")).status).toBe(1);
  // That it has ended the agent hears on another connection than we ask.
  while ((await agent.client.status("app")).owner !== null);
  expect(await agent.client.status("app")).toMatchObject({ status: "skipped", reason: null });
});

test("a wait that takes too long fails the unit", async () => {
  await using agent = await startAgent();
  await agent.client.start("db");

  const ran = await agent.syncctl("run", "app", "--want", "db", "--timeout", "200ms", "--", "echo", "never");

  expect(ran).toMatchObject({ status: 124, stdout: "" });
  expect(ran.stderr).toMatch(/"db" is started for \d+s; must be completed/);
  expect(await agent.client.status("app")).toMatchObject({
    status: "failed",
    reason: "gave up waiting after 200ms",
  });
});

test.each([
  ["SIGINT", 130, "interrupted"],
  ["SIGTERM", 143, "interrupted by SIGTERM"],
] as const)("%s during the wait ends it, and fails the unit", async (signal, status, reason) => {
  await using agent = await startAgent();
  const run = agent.background("run", "app", "--want", "db", "--", "echo", "never");
  await agent.waiters(1);

  expect(await run.kill(signal)).toEqual({ status, stdout: "", stderr: "" });
  expect(await agent.client.status("app")).toMatchObject({ status: "failed", reason });
});

test("a contradiction to what is declared ends it before it waits", async () => {
  await using agent = await startAgent();
  await agent.client.want("db", [{ unit: "app" }]);

  const ran = await agent.syncctl("run", "app", "--want", "db", "--", "echo", "never");

  expect(ran).toMatchObject({ status: 65, stdout: "" });
  expect(await agent.client.status("app")).toMatchObject({ status: "not registered" });
});

test("a command runs even where too few files can be open for all that run has beside it", async () => {
  await using agent = await startAgent();

  // Sourced, for a shell that runs a script has that open as well.
  const { stdout } = await agent.sh(`for limit in $(seq 5 40); do
    (exec 2>>err; ulimit -n $limit; . syncctl run app -- echo runs) && break
  done; grep bug err`);

  expect(stdout).toBe("runs\n");
});

test("without an agent nothing is run", async () => {
  await using agent = await startAgent();
  await agent.process.kill("SIGTERM");

  expect(await agent.syncctl("run", "app", "--", "echo", "never")).toMatchObject({ status: 69, stdout: "" });
});

test("a failed command is run again, while its unit stays started", async () => {
  await using agent = await startAgent();
  const script = "echo $SYNC_ATTEMPT; syncctl status app | grep Status; test $SYNC_ATTEMPT = 3";

  const ran = await agent.syncctl(
    "run",
    "app",
    "--retry",
    "5",
    "--retry-delay",
    "10ms",
    "--",
    "sh",
    "-c",
    script,
  );

  expect(ran.status).toBe(0);
  expect(ran.stdout).toBe([1, 2, 3].map((attempt) => `${attempt}\nStatus: started\n`).join(""));
  expect(ran.stderr).toBe(
    '"app" has failed: exit 1; attempt 2 of 6 follows in 10ms\n' +
      '"app" has failed: exit 1; attempt 3 of 6 follows in 10ms\n',
  );
  expect(await agent.client.status("app")).toMatchObject({ status: "completed" });
});

test("the last failure is the one that is reported", async () => {
  await using agent = await startAgent();

  const flags = ["--quiet", "--retry", "2", "--retry-delay", "0"];
  const ran = await agent.syncctl("run", "app", ...flags, "--", "sh", "-c", "exit $SYNC_ATTEMPT");

  expect(ran).toEqual({ status: 3, stdout: "", stderr: "" });
  expect(await agent.client.status("app")).toMatchObject({
    status: "failed",
    reason: "exit 3 (attempt 3 of 3)",
  });
});

test.each([
  ["while the command runs", "echo runs; sleep 60", "runs", "killed by SIGTERM (attempt 1 of 4)"],
  ["between two attempts", "exit 1", "follows in 1m", "exit 1 (attempt 1 of 4)"],
])("a signal %s ends the attempts", async (_, script, line, reason) => {
  await using agent = await startAgent();
  const run = agent.background("run", "app", "--retry", "3", "--retry-delay", "1m", "--", "sh", "-c", script);
  await run.line(line);

  expect(await run.kill("SIGTERM")).toMatchObject({ status: 143 });
  expect(await agent.client.status("app")).toMatchObject({ status: "failed", reason });
});

test("a command goes on without the agent, and what cannot be reported is said", async () => {
  await using agent = await startAgent();
  const run = agent.background(
    "run",
    "app",
    "--",
    "sh",
    "-c",
    "echo runs; until test -e end; do sleep 0.1; done",
  );
  await run.line("runs");

  await agent.process.kill("SIGKILL");
  await run.line('the agent has gone; "app" runs on');
  await agent.sh(`touch ${join(agent.sandbox.directory, "end")}`);

  const { status, stderr } = await run.result;
  expect(status).toBe(125);
  expect(stderr).toContain('error: cannot report that "app" has completed: no agent answers');
});

test("a reader of what the command prints sees its end", async () => {
  await using agent = await startAgent();

  const { stdout } = await agent.sh(
    "syncctl run app -- sh -c 'echo one; sleep 20 >/dev/null 2>&1 &' | cat; echo end",
  );

  expect(stdout).toBe("one\nend\n");
});

test("what a command has left in the background on purpose lives on", async () => {
  await using agent = await startAgent();

  const { stdout } = await agent.sh(`syncctl run app -- sh -c 'sleep 60 >/dev/null 2>&1 & echo $!' | (
    read pid; cat; kill -0 "$pid" && echo lives; kill "$pid")`);

  expect(stdout).toBe("lives\n");
});

test.each([
  [["run"], "a unit name and a command are required"],
  [["run", "app"], "a unit name and a command are required"],
  [["run", "app", "--"], "a unit name and a command are required"],
  [["run", "app", "--nonsense", "--", "true"], "unknown option '--nonsense'"],
  [["run", "app", "--ready-tcp", "80", "--ready-file", "x", "--", "true"], "more than one --ready flag"],
  [["run", "app", "--ready-tcp", "localhost", "--", "true"], '"localhost" is not a port'],
  [["run", "app", "--ready-tcp", "70000", "--", "true"], '"70000" is not a port'],
  [["run", "app", "--ready-http", "localhost:80", "--", "true"], '"localhost:80" is not a URL'],
  [["run", "app", "--ready-when", "(", "--", "true"], "--ready-when: Invalid regular expression"],
  [["run", "app", "--retry", "many", "--", "true"], '"many" is not a number of times'],
])("%j is wrong usage", async (args, message) => {
  await using agent = await startAgent();

  const ran = await agent.syncctl(...args);

  expect(ran).toMatchObject({ status: 64, stdout: "" });
  expect(ran.stderr).toContain(`error: ${message}`);
});
