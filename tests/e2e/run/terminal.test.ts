import { expect, test } from "vitest";
import { startAgent } from "../rig.js";

const controlC = "\u0003";
const controlZ = "\u001a";

test("Ctrl-C at a terminal reaches the command once, and leaves the unit failed", async () => {
  await using agent = await startAgent();
  const script = "trap 'echo got it; trap - INT; kill -INT $$' INT; echo runs; while :; do sleep 0.1; done";
  const terminal = agent.sandbox.startInTerminal(
    `exec syncctl run app -- bash -c "${script.replaceAll("$", "\\$")}"`,
  );
  await terminal.line("runs");

  terminal.type(controlC);

  const { stdout, status } = await terminal.result;
  expect(stdout.match(/got it/g)).toHaveLength(1);
  expect(status).toBe(130);
  expect(await agent.client.status("app")).toMatchObject({ status: "failed", reason: "interrupted" });
});

test("Ctrl-C at a terminal is counted once by a command that goes on", async () => {
  await using agent = await startAgent();
  const listener =
    "process.on('SIGINT', () => console.log('got it')).on('SIGTERM', () => process.exit(3)); setInterval(() => {}, 1000); console.log('pid ' + process.ppid)";
  const terminal = agent.sandbox.startInTerminal(
    `exec syncctl run app -- '${process.execPath}' -e "${listener}"`,
  );
  const [, run] = (await terminal.line("pid")).split(" ");

  terminal.type(controlC);
  await terminal.line("got it");
  process.kill(Number(run), "SIGTERM");

  const { stdout, status } = await terminal.result;
  expect(stdout.match(/got it/g)).toHaveLength(1);
  expect(status).toBe(3);
});

test("the command can read what is typed", async () => {
  await using agent = await startAgent();
  const terminal = agent.sandbox.startInTerminal(
    "exec syncctl run app -- sh -c 'test -t 0 && echo name?; read name; echo hello $name'",
  );
  await terminal.line("name?");

  terminal.type("you\n");

  await terminal.line("hello you");
  expect(await terminal.result).toMatchObject({ status: 0 });
});

test("Ctrl-Z stops the job, and the shell's fg continues it", async () => {
  await using agent = await startAgent();
  const terminal = agent.sandbox.startInTerminal("exec bash --norc --noprofile -i");
  terminal.type(
    "syncctl run app -- sh -c 'echo ru''ns; until test -e end; do sleep 0.1; done; echo go''es on'\n",
  );
  await terminal.line("runs");

  terminal.type(controlZ);
  await terminal.line("Stopped");
  await agent.sh("touch end");
  terminal.type("fg\n");

  await terminal.line("goes on");
  await agent.sh("syncctl wait app");
  terminal.type("exit\n");
  expect(await agent.client.status("app")).toMatchObject({ status: "completed" });
});

test("a wait whose terminal has gone ends as another does", async () => {
  await using agent = await startAgent();
  const terminal = agent.sandbox.startInTerminal(
    "trap '' HUP; (syncctl wait db; echo $? >ended) & echo be''gun; wait",
  );
  await terminal.line("begun");
  await agent.waiters(1);
  terminal.signal("SIGKILL");
  await terminal.result;

  await agent.client.start("db");
  await agent.client.complete("db");

  const { stdout } = await agent.sh("until test -s ended; do sleep 0.02; done; cat ended");
  expect(stdout).toBe("0\n");
});

test.each([
  ["the command runs", "", "killed by SIGHUP"],
  ["it waits", "--want db", "interrupted by SIGHUP"],
])("a terminal that is closed while %s ends run with the status of that", async (_, flags, reason) => {
  await using agent = await startAgent();
  const run = `syncctl run app ${flags} -- sh -c 'echo ru''ns; exec sleep 60'`;
  // Only the shell is told, as the leader of the session; an interactive one passes that on like this.
  const terminal = agent.sandbox.startInTerminal(
    `${run} <&0 & trap "kill -HUP $!" HUP; wait $!; wait $!; echo $? > ended`,
  );
  await (flags === "" ? terminal.line("runs") : agent.waiters(1));

  terminal.signal("SIGKILL");

  const { stdout } = await agent.sh(
    "for i in $(seq 100); do test -s ended && break; sleep 0.1; done; cat ended",
  );
  expect(stdout).toBe("129\n");
  expect(await agent.client.status("app")).toMatchObject({ status: "failed", reason });
});
