import { EventEmitter, once } from "node:events";
import { createServer, request } from "node:http";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Child } from "./child.js";
import { listening } from "./getting/cold.js";
import { type RunningAgent, startAgent } from "./rig.js";

/** Runs a command line on a terminal of its own, whose output is what is read. */
function onTerminal({ sandbox }: RunningAgent, command: string, columns = 80): Child {
  return sandbox.startScript(`script -qec 'stty cols ${columns}; ${command}' /dev/null`);
}

const control = "\u001b";
const colors = new RegExp(String.raw`${control}\[3[123569]m`, "g");
const frame = /[⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏] /;

test("a start says every now and then for how long it has waited, and for what", async () => {
  await using agent = await startAgent();
  await agent.client.want("app", [{ unit: "db" }, { unit: "git" }]);
  await agent.client.start("db");
  const start = agent.background("start", "app", "--heartbeat", "1s");

  expect(await start.line("still waiting")).toMatch(
    /^still waiting after [1-9]\d*s to start "app": "db" is started, "git" is not registered$/,
  );
  await agent.client.complete("db");
  await agent.client.start("git");
  expect(await start.line('"git" is started')).toMatch(
    /^still waiting after [2-9]\d*s to start "app": "git" is started$/,
  );

  await agent.client.complete("git");
  expect((await start.result).status).toBe(0);
});

test("a wait says what of all that it waits for is missing", async () => {
  await using agent = await startAgent();
  for (const unit of ["a", "b", "c"]) {
    await agent.client.start(unit);
  }
  await agent.client.complete("c");
  const wait = agent.background("wait", "a:started", "b", "c", "--heartbeat", "500ms");

  expect(await wait.line("still waiting")).toMatch(/^still waiting after \d+s: "b" is started$/);

  await agent.client.complete("b");
  expect((await wait.result).status).toBe(0);
});

test("with --quiet nothing is said, and with --heartbeat 0 only what is odd", async () => {
  await using agent = await startAgent();
  await agent.client.start("db");
  const quiet = agent.background("wait", "git", "--quiet", "--heartbeat", "1s");
  const silent = agent.background("wait", "db", "--heartbeat", "0");
  const odd = agent.background("wait", "git", "--heartbeat", "0");
  await odd.line("nobody has declared");
  await agent.waiters(3);
  await agent.client.start("git");
  for (const unit of ["db", "git"]) await agent.client.complete(unit);

  expect(await quiet.result).toMatchObject({ stderr: "", status: 0 });
  expect(await silent.result).toMatchObject({ stderr: "", status: 0 });
  expect(await odd.result).toMatchObject({ stderr: 'nobody has declared "git" yet\n', status: 0 });
});

test("a name that nobody has declared is named after a short while, once, and at the timeout", async () => {
  await using agent = await startAgent();
  await agent.client.start("database");

  const { stderr, status } = await agent.syncctl("wait", "databse", "--timeout", "4s", "--heartbeat", "1s");

  expect(status).toBe(124);
  expect(stderr.match(/nobody has declared "databse" yet: did you mean "database"\?/g)).toHaveLength(1);
  expect(stderr).toContain(
    '└─ "databse" is not registered; must be completed; nobody has declared it: did you mean "database"?',
  );
});

test("a name that is declared while its like is looked for is not named", async () => {
  await using agent = await startAgent();
  const list = new EventEmitter();
  const path = join(agent.sandbox.directory, "slow.sock");
  await using _ = await listening(
    createServer((asked, answer) => {
      const { url, method, headers } = asked;
      const passOn = () => {
        const passedOn = request({ socketPath: agent.socketPath, path: url, method, headers }, (answered) => {
          answered.pipe(answer.writeHead(answered.statusCode ?? 500, answered.headers));
        });
        asked.pipe(passedOn);
      };
      if (url === "/v1/units") {
        list.once("released", passOn).emit("asked");
      } else {
        passOn();
      }
    }),
    path,
  );
  const wait = agent.background("wait", "c41", "--heartbeat", "3s", "--socket-path", path);
  await once(list, "asked");

  await agent.client.start("c41");
  list.emit("released");

  await wait.line('"c41" is started');
  await agent.client.complete("c41");
  const { stderr, status } = await wait.result;
  expect(status).toBe(0);
  expect(stderr).not.toContain("nobody has declared");
});

test("a terminal shows it on a line that changes, and that is gone when the wait is over", async () => {
  await using agent = await startAgent();
  await agent.client.want("app", [{ unit: "db" }]);
  await agent.client.start("db");
  const start = onTerminal(agent, "syncctl start app");
  await agent.waiters(1);
  while (!frame.test(start.shown)) {
    await start.more();
  }
  await agent.client.complete("db");

  const { stdout, status } = await start.result;
  expect(status).toBe(0);
  expect(stdout).toMatch(/still waiting after [1-9]\d*s to start "app": "db" is/);
  const end = stdout.slice(stdout.search(/[⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏][^⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏]*$/));
  expect(end).toContain(`${control}[1G${control}[0K`);
  expect(end).toMatch(/Unit "app" finished waiting for dependencies: \[db\]\r\n$/);
  // Nothing hides the cursor, so nobody need bring it back.
  expect(stdout).not.toContain(`${control}[?25l`);
});

test("a line that changes is only shown where it can be", async () => {
  await using agent = await startAgent();
  await agent.client.start("db");
  const command = "syncctl wait db --timeout 3s --heartbeat 1s";

  const results = await Promise.all([
    onTerminal(agent, `${command} 2>stderr; cat stderr`).result,
    onTerminal(agent, command, 0).result,
    onTerminal(agent, `TERM=dumb ${command}`).result,
    onTerminal(agent, `CI=true ${command}`).result,
  ]);

  for (const { stdout } of results) {
    expect(stdout).toMatch(/still waiting after \d+s: "db" is .*started.*\r\n/);
    expect(stdout).not.toMatch(frame);
  }
});

test("colours are for a terminal, for each output by itself, and as the environment says", async () => {
  await using agent = await startAgent();
  const red = `${control}[31m`;
  const yellow = `${control}[33m`;
  const run = async (command: string) => (await onTerminal(agent, command).result).stdout;

  const [both, errors, data, none, forced] = await Promise.all([
    run("syncctl why app; syncctl fail app"),
    run("syncctl why app | cat; syncctl fail app"),
    run("syncctl why app; syncctl fail app 2>&1 | cat"),
    run("export NO_COLOR=1; syncctl why app; syncctl fail app"),
    run("export FORCE_COLOR=1; { syncctl why app; syncctl fail app; } 2>&1 | cat"),
  ]);

  expect(
    [both, errors, data, none, forced].map((text) => [text.includes(yellow), text.includes(red)]),
  ).toEqual([
    [true, true],
    [false, true],
    [true, false],
    [false, false],
    [true, true],
  ]);
});

test("names of others stay harmless in colour, on a live line and in a tree", async () => {
  await using agent = await startAgent();
  const evil = "\u001b[2J\u009b31m\u202e\n";
  await agent.client.want("app", [{ unit: evil }]);
  await agent.client.start(evil);
  const env = { FORCE_COLOR: "1" };

  const results = await Promise.all([
    agent.sandbox.start("syncctl", ["why", "app"], env).result,
    agent.sandbox.start("syncctl", ["why", evil], env).result,
    agent.sandbox.start("syncctl", ["start", "app", "--timeout", "1500ms", "--heartbeat", "1s"], env).result,
    agent.sandbox.start("syncctl", ["wait", `${evil}x`, "--timeout", "2500ms"], env).result,
    agent.sandbox.start("syncctl", ["list", "--wide"], env).result,
  ]);

  for (const { stdout, stderr } of results) {
    const theirs = `${stdout}${stderr}`.replaceAll("\n", "").replace(colors, "");
    expect(theirs).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/u);
  }
});

test("a wait says at once that the agent has gone, and ends when another one takes its place", async () => {
  await using agent = await startAgent();
  await agent.client.want("app", [{ unit: "db" }]);
  const start = await agent.waiting("app", "--timeout", "30s", "--heartbeat", "1s");
  await agent.process.kill("SIGKILL");

  expect(await start.line("the agent has gone")).toMatch(
    /^the agent has gone; trying to reach it again for \d+s$/,
  );
  expect(await start.line('to start "app": the agent has gone')).toMatch(
    /^still waiting after \d+s to start "app": the agent has gone; trying to reach it again for \d+s$/,
  );

  await using other = await startAgent(agent.sandbox, "--journal", "none");
  const { generation } = await other.client.ping();
  const { stderr, status } = await start.result;
  expect(status).toBe(75);
  expect(stderr).toContain(generation);
});

test("a wait that an agent does not answer in its time is no bug", async () => {
  await using agent = await startAgent();
  await agent.client.want("app", [{ unit: "db" }]);
  const start = await agent.waiting("app", "--timeout", "3s");
  agent.process.signal("SIGSTOP");

  const { stderr, status } = await start.result;

  expect(status).toBe(69);
  expect(stderr).toContain("error: start unit failed: the agent does not answer");
});

test("whoever wants something of an agent that is frozen is told so in their time", async () => {
  await using agent = await startAgent();
  agent.process.signal("SIGSTOP");
  const words = [
    ["start", "app"],
    ["wait", "app"],
    ["run", "app", "--", "true"],
  ] as const;

  const results = await Promise.all(
    words.map(([verb, ...rest]) => agent.syncctl(verb, "--timeout", "1s", ...rest)),
  );

  for (const { stderr, status } of results) {
    expect(stderr).toContain("the agent does not answer, and the time is up");
    expect(status).toBe(69);
  }
});

test("a start that keeps waiting outlives a failure", async () => {
  await using agent = await startAgent();
  await agent.client.want("app", [{ unit: "db" }]);
  await agent.client.start("db");
  await agent.client.fail("db");
  const start = await agent.waiting("app", "--keep-waiting");
  const wait = agent.background("wait", "app", "--keep-waiting");
  await agent.waiters(2);

  await agent.client.start("db");
  await agent.client.complete("db");
  expect((await start.result).status).toBe(0);

  await agent.client.complete("app");
  expect((await wait.result).status).toBe(0);
});

test("only the owner's side reports on a unit, unless it is forced", async () => {
  await using agent = await startAgent();
  const script = agent.startScript(
    "mkfifo forever; syncctl start app --owner $$; syncctl start db --owner $$; sh -c 'syncctl complete db'; read line <>forever",
  );
  await script.line("Success");

  for (const verb of ["complete", "fail", "reset"]) {
    const { stderr, status } = await agent.syncctl(verb, "app");
    expect(status).toBe(77);
    expect(stderr).toContain(`process ${script.pid} (bash -c mkfifo forever;`);
    expect(stderr).toContain(`next: to do it all the same: syncctl ${verb} --force app`);
  }
  expect((await agent.syncctl("finish", "app", "--status", "0", "--force")).status).toBe(0);
  expect(await agent.client.status("app")).toMatchObject({ status: "completed" });
});

test("who waits is named, with its command", async () => {
  await using agent = await startAgent();
  await agent.client.want("app", [{ unit: "db" }]);
  await agent.client.start("db");
  const script = agent.startScript("syncctl start app; true");
  await agent.waiters(1);

  const { stdout } = await agent.syncctl("why", "db");

  expect(stdout.replace(/for \d+s/g, "for 0s")).toContain(
    `waited for by:\n  "app" for 0s; must be completed; bash -c syncctl start app; true (pid ${script.pid})\n`,
  );
  await agent.client.complete("db");
  await script.result;
});
