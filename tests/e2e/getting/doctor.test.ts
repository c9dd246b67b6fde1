import { once } from "node:events";
import { chmodSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer as createHttpServer } from "node:http";
import { connect, createServer } from "node:net";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Result } from "../child.js";
import { RunningAgent, startAgent } from "../rig.js";
import { Sandbox } from "../sandbox.js";
import { listening } from "./cold.js";

type Env = Readonly<Record<string, string>>;

async function run(sandbox: Sandbox, env: Env, ...args: string[]): Promise<Result> {
  const PATH = join(sandbox.directory, "bin");
  return sandbox.start("syncctl", ["doctor", ...args], { PATH, ...env }).result;
}

/** What `syncctl doctor` prints, with the lines that are not ok apart. */
async function doctor(sandbox: Sandbox, env: Env = {}) {
  const { stdout, stderr, status } = await run(sandbox, env);
  const lines = stdout.trimEnd().split("\n");
  return { stdout, stderr, status, notOk: lines.filter((line) => !line.startsWith("ok ")) };
}

/** Without what differs from run to run. */
function normal(text: string, { directory }: Sandbox): string {
  return text
    .replaceAll(directory, "<sandbox>")
    .replace(/Node \d+\.\d+\.\d+|an executable that needs no Node/g, "Node <node>")
    .replace(/\b\d+\.\d+\.\d+\b/g, "<version>")
    .replace(/process \d+/g, "process <pid>")
    .replace(/up \w+/g, "up <age>")
    .replace(/\d+ bytes/g, "<n> bytes")
    .replace(/generation [\w-]+/g, "generation <generation>")
    .replace(/\b(units|edges|waiters|connections|unread) \d+ of \d+/g, "$1 <n> of <n>")
    .replace(/"generation": "[^"]+"/g, '"generation": "<generation>"')
    .replace(/"(bytes|pid|uptime_ms)": \d+/g, '"$1": 0');
}

test("an agent that is well has no warning", async () => {
  await using agent = await startAgent();

  const { stdout, stderr, status } = await doctor(agent.sandbox);

  expect({ stderr, status }).toEqual({ stderr: "", status: 0 });
  await expect(normal(stdout, agent.sandbox)).toMatchFileSnapshot("../golden/doctor.txt");
});

test("the same as JSON", async () => {
  await using agent = await startAgent();

  const { stdout, status } = await run(agent.sandbox, {}, "-o", "json");

  expect(status).toBe(0);
  await expect(normal(stdout, agent.sandbox)).toMatchFileSnapshot("../golden/doctor.json");
});

test("without an agent it says how to start one, and starts none", async () => {
  await using sandbox = new Sandbox();

  const { stdout, stderr, status } = await doctor(sandbox, { SYNC_AUTOSTART: "1" });

  expect({ stderr, status }).toEqual({ stderr: "", status: 69 });
  await expect(normal(stdout, sandbox)).toMatchFileSnapshot("../golden/doctor-no-agent.txt");
});

describe("the socket", () => {
  test("that a killed agent has left is known as such", async () => {
    await using agent = await startAgent();
    await agent.process.kill("SIGKILL");

    const { status, notOk } = await doctor(agent.sandbox);

    expect(status).toBe(69);
    expect(notOk[0]).toBe(
      `warning  socket: ${agent.socketPath}: left by an agent that was killed; nobody listens (start an agent: it replaces it)`,
    );
  });

  test.each([
    ["a file", "touch"],
    ["a directory", "mkdir"],
    ["a named pipe", "mkfifo"],
  ])("that is %s is called so, by whoever looks for an agent there", async (what, make) => {
    await using sandbox = new Sandbox();
    await sandbox.sh(`mkdir -m 700 run; ${make} run/agent.sock`);

    const { status, notOk } = await doctor(sandbox);
    const ping = await sandbox.syncctl("ping");

    expect(status).toBe(69);
    expect(notOk[0]).toContain(`${sandbox.socketPath}: this is ${what}, and no socket (move it away: mv `);
    expect(ping).toMatchObject({
      status: 69,
      stderr: `error: connect to agent socket: no agent answers
  tried ${sandbox.socketPath}: ECONNREFUSED (${what}, and no socket)
  likely cause: something else is where the socket would be
  next: syncctl doctor --socket-path ${sandbox.socketPath}
`,
    });
  });

  test("that others can replace, or use, is told", async () => {
    await using agent = await startAgent();
    const directory = dirname(agent.socketPath);
    chmodSync(directory, 0o777);
    chmodSync(agent.socketPath, 0o666);

    const { status, notOk } = await doctor(agent.sandbox);

    expect(status).toBe(1);
    expect(notOk).toEqual([
      `problem  socket: ${directory}: others can write to it (mode 777), so they could replace the socket (chmod go-w ${directory})`,
      `warning  socket: ${agent.socketPath}: everybody on this machine may use it (mode 0666) (chmod 600 ${agent.socketPath})`,
    ]);
  });

  test("that was removed under an agent leaves its process to be found", async () => {
    await using agent = await startAgent();
    rmSync(agent.socketPath);

    const { status, notOk } = await doctor(agent.sandbox);

    expect(status).toBe(69);
    expect(notOk[0]).toContain(`nothing there, but process ${agent.process.pid} holds the lock`);
    expect(notOk[0]).toMatch(/kill \d+\)$/);
  });

  test("has no room for a path that is too long", async () => {
    await using sandbox = new Sandbox();

    const { status, notOk } = await doctor(sandbox, { SYNC_SOCKET_PATH: `/tmp/${"x".repeat(200)}` });

    expect(status).toBe(69);
    expect(notOk[0]).toMatch(
      /^problem {2}socket: .*: the path has 205 bytes, and \d+ is the most \(choose a shorter one\)$/,
    );
  });

  test("of somebody who was starting an agent and was killed is nothing to wait for", async () => {
    await using sandbox = new Sandbox();
    mkdirSync(dirname(sandbox.socketPath), { mode: 0o700 });
    const dead = await sandbox.startScript("echo $$").result;
    writeFileSync(`${sandbox.socketPath}.starting`, dead.stdout.trim());

    const { notOk } = await doctor(sandbox);

    expect(notOk[0]).toBe(
      `warning  socket: ${sandbox.socketPath}.starting: left by who was starting an agent and was killed (the next --autostart replaces it)`,
    );
  });

  test("of more than one agent is a warning", async () => {
    await using sandbox = new Sandbox();
    const runtime = join(sandbox.directory, "xdg");
    mkdirSync(runtime, { mode: 0o700 });
    const env = { SYNC_SOCKET_PATH: "", XDG_RUNTIME_DIR: runtime, TMPDIR: sandbox.directory };
    const second = join(sandbox.directory, `sync-${process.getuid?.()}`, "agent.sock");
    await sandbox.start("sync-agent", [], env).line("listening");
    await sandbox.start("sync-agent", ["--socket-path", second], env).line("listening");

    const { status, notOk } = await doctor(sandbox, env);

    expect(status).toBe(0);
    expect(notOk).toEqual([expect.stringMatching(/^warning {2}socket: 2 agents listen, /)]);
  });
});

describe("who answers", () => {
  test("may be stopped", async () => {
    await using agent = await startAgent();
    process.kill(agent.process.pid, "SIGSTOP");

    const { status, notOk } = await doctor(agent.sandbox);

    expect(status).toBe(69);
    expect(notOk).toEqual([
      expect.stringMatching(/^problem {2}agent: it accepts connections and does not answer \(/),
    ]);
  });

  test("may be no agent at all", async () => {
    await using sandbox = new Sandbox();
    await using _ = await listening(
      createServer((connection) =>
        connection
          .on("error", () => {})
          .resume()
          .end("what?\r\n\r\n"),
      ),
      sandbox.socketPath,
    );

    const { status, notOk } = await doctor(sandbox);

    expect(status).toBe(69);
    expect(notOk).toEqual([expect.stringMatching(/^problem {2}agent: what listens is no sync agent: /)]);
  });

  test("may be of another version, and live in another time", async () => {
    await using sandbox = new Sandbox();
    const ping = {
      version: "9.8.7",
      generation: "g",
      pid: 1,
      uptime_ms: 5,
      sequence: 0,
      units: 0,
      waiters: 0,
    };
    await using _ = await listening(
      createHttpServer(({ url }, response) =>
        response
          .setHeader("content-type", "application/json")
          .setHeader("date", new Date(Date.now() - 3_600_000).toUTCString())
          .setHeader("connection", "close")
          .end(JSON.stringify(url === "/v1/ping" ? ping : [])),
      ),
      sandbox.socketPath,
    );

    const { status, notOk } = await doctor(sandbox);

    expect(status).toBe(0);
    expect(notOk).toEqual([
      expect.stringMatching(/^warning {2}version: the agent is 9\.8\.7, and syncctl is \d/),
      expect.stringMatching(/^warning {2}clock: that of the agent is 360\d s behind ours, so ages are wrong/),
    ]);
  });

  test("may be near one of its limits", async () => {
    await using sandbox = new Sandbox();
    await using agent = await startAgent(sandbox, "--limit", "units=10", "--limit", "edges=1000");
    await agent.client.want(
      "a",
      Array.from({ length: 8 }, (_, index) => ({ unit: `b${index}` })),
    );

    const { status, notOk } = await doctor(sandbox);

    expect(status).toBe(0);
    expect(notOk).toEqual([
      "warning  limits: units: there are 9, and 10 is the most (look for a script that makes too many, or start the agent again with --limit units=20)",
    ]);
  });

  test("may have as many connections as its open files allow", async () => {
    await using sandbox = new Sandbox();
    const agent = sandbox.startScript("ulimit -n 64; exec sync-agent");
    await agent.line("listening");
    await using running = new RunningAgent(sandbox, agent);
    const most = (await running.client.limits()).find(({ limit }) => limit === "connections")?.most ?? 0;
    const connections = Array.from({ length: most - 1 }, () => connect(sandbox.socketPath));
    await Promise.all(connections.map((connection) => once(connection, "connect")));

    const { status, notOk } = await doctor(sandbox);

    expect(most).toBe(32);
    expect(status).toBe(69);
    expect(notOk).toEqual([
      expect.stringContaining("there are 32 connections already, and that is the most"),
    ]);
    for (const connection of connections) connection.destroy();
  });
});

describe("the environment", () => {
  test("may have another syncctl first", async () => {
    await using agent = await startAgent();
    const { sandbox } = agent;
    const other = join(sandbox.directory, "other");
    mkdirSync(other);
    writeFileSync(join(other, "syncctl"), "#!/bin/sh\necho 0.1\n", { mode: 0o755 });

    const { status, notOk } = await doctor(sandbox, { PATH: `${other}:${join(sandbox.directory, "bin")}` });

    expect(status).toBe(0);
    expect(notOk).toEqual([
      expect.stringContaining(
        `${other}/syncctl is the first syncctl in PATH, and it is another: its version is "0.1"`,
      ),
    ]);
  });

  test("may name a program that is no longer there", async () => {
    await using agent = await startAgent();

    const { status, stderr, stdout } = await doctor(agent.sandbox, { SYNC_PROGRAM: "/nowhere/syncctl" });

    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout).toMatch(/^ok +program: .*\/syncctl is the first syncctl in PATH/m);
  });

  test("may have neither program in PATH", async () => {
    await using agent = await startAgent();

    const { notOk } = await doctor(agent.sandbox, { PATH: "/nowhere" });

    expect(notOk).toEqual([
      expect.stringMatching(/^warning {2}program: syncctl is not in PATH, .*\(PATH=.*:\$PATH\)$/),
      "warning  program: sync-agent is not found (npm install --global @sync/agent)",
    ]);
  });

  test("may lead elsewhere than it seems to", async () => {
    await using sandbox = new Sandbox();
    const shared = join(sandbox.directory, "shared");
    mkdirSync(shared);
    chmodSync(shared, 0o777);

    const odd = await doctor(sandbox, {
      SYNC_SOCKET_PATH: "agent.sock",
      XDG_RUNTIME_DIR: "/nowhere",
      TMPDIR: shared,
    });

    expect(odd.notOk.filter((line) => line.includes("environment:"))).toEqual([
      expect.stringContaining('SYNC_SOCKET_PATH is "agent.sock": another place in every directory'),
      expect.stringContaining(
        'XDG_RUNTIME_DIR is "/nowhere", which cannot be used: there is no such directory',
      ),
      expect.stringContaining(
        `TMPDIR is "${shared}", which cannot be used: others can write to it (mode 777)`,
      ),
    ]);
  });
});
