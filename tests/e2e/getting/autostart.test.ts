import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { isStandalone } from "../sandbox.js";
import { ColdSandbox, listening, until } from "./cold.js";

function count(text: string, part: string): number {
  return text.split(part).length - 1;
}

function expectOneAgent(sandbox: ColdSandbox): void {
  expect(sandbox.agents).toHaveLength(1);
  expect(count(sandbox.log, '"listening"')).toBe(1);
  // Those that were started and came too late: the marker keeps them few.
  expect(count(sandbox.log, "AGENT_ALREADY_RUNNING")).toBeLessThanOrEqual(2);
}

test("thirty scripts on a cold machine get one agent, and all of them do their work", async () => {
  await using sandbox = new ColdSandbox({ longestMs: 110_000 });
  const needsBase = (unit: string) =>
    `syncctl --autostart want ${unit} base && syncctl start ${unit} && syncctl complete ${unit}`;
  const base = "SYNC_AUTOSTART=1 syncctl start base && syncctl complete base";

  const scripts = [...Array.from({ length: 29 }, (_, index) => needsBase(`unit-${index}`)), base];
  const results = await Promise.all(scripts.map((script) => sandbox.sh(script)));

  expect(results.filter(({ status }) => status !== 0)).toEqual([]);
  const { stdout } = await sandbox.syncctl("list");
  expect(count(stdout, "completed")).toBe(30);
  expectOneAgent(sandbox);
});

test("thirty commands that are run at once on a cold machine are all done, with one agent", async () => {
  await using sandbox = new ColdSandbox({ longestMs: 110_000 });
  const names = Array.from({ length: 30 }, (_, index) => `unit-${index}`);
  const needed = (index: number) => (index === 0 ? [] : ["--want", "unit-0"]);

  const runs = names.map((name, index) => sandbox.auto("run", name, ...needed(index), "--", "sleep", "0.1"));
  const results = await Promise.all(runs.map(({ result }) => result));

  expect(results.filter(({ status }) => status !== 0)).toEqual([]);
  expect(count((await sandbox.syncctl("list")).stdout, "completed")).toBe(30);
  expectOneAgent(sandbox);
});

test("an agent that is there is used, and none is started", async () => {
  await using sandbox = new ColdSandbox();
  const agent = sandbox.start("sync-agent", []);
  await agent.line("listening");

  expect((await sandbox.auto("ping").result).status).toBe(0);

  expect(existsSync(sandbox.logPath)).toBe(false);
});

/** Refuses everything with a code, as an agent would. */
function refusing(code: string, afterwards: () => void = () => {}) {
  return createServer((_request, response) => {
    afterwards();
    response
      .writeHead(503, { "content-type": "application/problem+json", connection: "close" })
      .end(JSON.stringify({ type: `urn:sync:${code}`, title: "No", status: 503, detail: "not now", code }));
  });
}

test("an agent that is about to end is replaced", async () => {
  await using sandbox = new ColdSandbox();
  const ending = refusing("AGENT_STOPPING", () => ending.close());
  await listening(ending, sandbox.socketPath);

  expect(await sandbox.auto("ping").result).toEqual({ stdout: "Success\n", stderr: "", status: 0 });
});

test("an agent that refuses for another reason is not, and what it says is told", async () => {
  await using sandbox = new ColdSandbox();
  await using _ = await listening(refusing("JOURNAL_UNAVAILABLE"), sandbox.socketPath);

  const { status, stderr } = await sandbox.auto("start", "app").result;

  expect({ status, stderr }).toMatchObject({ status: 75, stderr: expect.stringContaining("not now") });
  expect(sandbox.log).toBe("");
});

test("an agent that is only just starting is as good as one that is started now", async () => {
  await using sandbox = new ColdSandbox();

  const { status } = await sandbox.sh(
    "sync-agent 2>&1 & syncctl --autostart ping; status=$?; kill $!; exit $status",
  );

  expect(status).toBe(0);
});

test("the agent is no part of what has started it", async () => {
  await using sandbox = new ColdSandbox();

  // It ends when nobody has these pipes open any longer.
  const { stdout, status } = await sandbox.sh("syncctl --autostart ping 3>&1 4>&2");

  expect({ stdout, status }).toEqual({ stdout: "Success\n", status: 0 });
  const [pid = 0, ...others] = sandbox.agents;
  expect(others).toEqual([]);
  const [, session] = /^.*\) \S+ \S+ \S+ (\S+)/.exec(readFileSync(`/proc/${pid}/stat`, "utf8")) ?? [];
  expect(Number(session)).toBe(pid);
  expect(readFileSync(`/proc/${pid}/cmdline`, "utf8")).toContain("--idle-exit\x0010m");
});

test("a lock that its script holds is not the agent's, whatever its number", async () => {
  await using sandbox = new ColdSandbox();
  const script = "exec 200>lock; flock -n 200 || exit 9; syncctl --autostart ping";

  expect(await sandbox.sh(script)).toMatchObject({ status: 0 });
  expect(await sandbox.sh(script)).toMatchObject({ status: 0 });

  expect(sandbox.agents).toHaveLength(1);
});

test("an agent is started where the script has the highest descriptor that it may have", async () => {
  await using sandbox = new ColdSandbox();

  expect(await sandbox.sh("ulimit -n 256; exec 255>file; syncctl --autostart ping")).toMatchObject({
    status: 0,
  });
});

test("the agent does not speak for the service whose script has started it", async () => {
  await using sandbox = new ColdSandbox();
  const service = {
    NOTIFY_SOCKET: "/run/notify",
    LISTEN_PID: "1",
    LISTEN_FDS: "1",
    LISTEN_FDNAMES: "web",
    WATCHDOG_PID: "1",
    WATCHDOG_USEC: "1000000",
  };

  await sandbox.start("syncctl", ["--autostart", "ping"], { ...service, MINE: "stays" }).result;

  const [pid = 0] = sandbox.agents;
  const names = readFileSync(`/proc/${pid}/environ`, "utf8")
    .split("\0")
    .map((variable) => variable.replace(/=.*/s, ""));
  expect(names).toContain("MINE");
  expect(names.filter((name) => name in service)).toEqual([]);
});

test("its log is beside the socket, for its owner only, and nothing else is left there", async () => {
  await using sandbox = new ColdSandbox();

  await sandbox.auto("ping").result;

  expect(sandbox.log).toContain('"listening"');
  expect(statSync(sandbox.logPath).mode & 0o777).toBe(0o600);
  expect(existsSync(`${sandbox.socketPath}.starting`)).toBe(false);
});

test("who waits for an agent gets it when the one who was starting it is killed", async () => {
  await using sandbox = new ColdSandbox();
  const gate = join(sandbox.directory, "gate");
  spawnSync("mkfifo", [gate]);
  sandbox.replaceAgent(`echo begun >&2; read -r _ < '${gate}'; exec "$agent" "$@"`);
  const starter = sandbox.auto("ping");
  await until(() => sandbox.log.includes("begun"));
  const others = Array.from({ length: 3 }, () => sandbox.auto("ping"));

  await starter.kill("SIGKILL");
  writeFileSync(gate, "go\n");

  const results = await Promise.all(others.map(({ result }) => result));
  expect(results.map(({ status }) => status)).toEqual([0, 0, 0]);
  expect(sandbox.log.match(/begun/g)).toHaveLength(1);
});

test.each([
  ["of a process that has died", () => String(spawnSync("true").pid), new Date()],
  ["that is old", () => String(process.pid), new Date(Date.now() - 60_000)],
])("a marker %s keeps nobody from starting an agent", async (_, content, time) => {
  await using sandbox = new ColdSandbox();
  const marker = `${sandbox.socketPath}.starting`;
  mkdirSync(dirname(marker), { mode: 0o700 });
  writeFileSync(marker, content());
  utimesSync(marker, time, time);

  expect((await sandbox.auto("ping").result).status).toBe(0);

  expect(existsSync(marker)).toBe(false);
});

test("a marker that is a pipe is waited for as long as any other", async () => {
  await using sandbox = new ColdSandbox({ longestMs: 20_000 });

  const { stdout, status } = await sandbox.sh(
    "mkdir -m 700 run; mkfifo run/agent.sock.starting; touch -d '1 minute ago' run/agent.sock.starting; syncctl --autostart ping",
  );

  expect({ stdout, status }).toEqual({ stdout: "Success\n", status: 0 });
});

test("an agent that cannot start is an error with the end of its log", async () => {
  await using sandbox = new ColdSandbox();
  sandbox.replaceAgent("echo the disk is on fire >&2; exit 3");

  const { status, stderr } = await sandbox.auto("start", "app").result;

  expect(status).toBe(69);
  expect(stderr.replaceAll(sandbox.directory, "<sandbox>")).toBe(
    `error: cannot start an agent: it ended with status 3
  log: the disk is on fire
  its log is <sandbox>/run/agent.log
  next: <sandbox>/bin/sync-agent --socket-path <sandbox>/run/agent.sock
`,
  );
  expect(existsSync(`${sandbox.socketPath}.starting`)).toBe(false);
});

test.each([
  ["nobody reads", "true"],
  ["somebody reads", "exec 3<>run/agent.log"],
])("a log that is a pipe, which %s, is an error", async (_, prepare) => {
  await using sandbox = new ColdSandbox({ longestMs: 20_000 });

  const { status, stderr } = await sandbox.sh(
    `mkdir -m 700 run; mkfifo run/agent.log; ${prepare}; syncctl --autostart ping`,
  );

  expect(status).toBe(69);
  expect(stderr).toContain("error: cannot start an agent: its log cannot be written: ");
});

test("an agent is found in PATH when the program is no longer where it was called", async () => {
  await using sandbox = new ColdSandbox();
  const env = { SYNC_PROGRAM: "/nowhere/syncctl" };

  const { status, stderr } = await sandbox.start("syncctl", ["--autostart", "ping"], env).result;

  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
});

// Bun starts no program in such a directory.
test.skipIf(isStandalone)("a relative place in a directory that is gone is an error", async () => {
  await using sandbox = new ColdSandbox();

  const { status, stderr } = await sandbox.sh(
    "mkdir gone; cd gone; rmdir ../gone; SYNC_SOCKET_PATH=agent.sock syncctl --autostart ping",
  );

  expect(status).toBe(69);
  expect(stderr).toContain(`error: cannot start an agent: there is no place for its socket
  cannot use agent.sock: the directory from which it leads is gone
  next: syncctl doctor
`);
});

test("without sync-agent the error says how to get it", async () => {
  await using sandbox = new ColdSandbox();

  const { status, stderr } = await sandbox.start("syncctl", ["ping", "--autostart"], { PATH: "/nowhere" })
    .result;

  expect(status).toBe(69);
  expect(stderr).toBe(`error: cannot start an agent: sync-agent is neither beside syncctl nor in PATH
  next: npm install --global @sync/agent
`);
});

test("a place that was asked for and cannot be used is an error", async () => {
  await using sandbox = new ColdSandbox();
  mkdirSync(dirname(sandbox.socketPath));
  spawnSync("chmod", ["777", dirname(sandbox.socketPath)]);

  const { status, stderr } = await sandbox.auto("ping").result;

  expect(status).toBe(69);
  expect(stderr).toContain("others can write to it (mode 777)");
});

test.skipIf(existsSync(`/run/user/${process.getuid?.()}`))(
  "a usual place that cannot be used is left for the next",
  async () => {
    await using sandbox = new ColdSandbox();
    const env = { SYNC_SOCKET_PATH: "", XDG_RUNTIME_DIR: "/nowhere", TMPDIR: sandbox.directory };

    const { status } = await sandbox.start("syncctl", ["--autostart", "ping"], env).result;

    expect(status).toBe(0);
    expect(existsSync(join(sandbox.directory, `sync-${process.getuid?.()}`, "agent.sock"))).toBe(true);
  },
);

test("no agent is started for a command that cannot be meant, nor when it is not asked for", async () => {
  await using sandbox = new ColdSandbox();

  expect((await sandbox.auto("start").result).status).toBe(64);
  expect((await sandbox.start("syncctl", ["ping"], { SYNC_AUTOSTART: "0" }).result).status).toBe(69);

  expect(existsSync(dirname(sandbox.socketPath))).toBe(false);
});
