import { execFileSync, spawn } from "node:child_process";
import {
  closeSync,
  constants,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  symlinkSync,
} from "node:fs";
import { join } from "node:path";
import { type Client, createClient } from "@sync/protocol/client";
import { describe, expect, it } from "vitest";
import { line as agentLine, ended, modeOf, program, script, untilAnswers } from "./process.js";
import { exchange, temporaryFolder } from "./rig.js";

type Stderr = "pipe" | "ignore" | number;

/** Starts the built agent in a folder of its own, and waits until it answers: its log may not be readable. */
async function startLogging(flags: readonly string[], stderr: Stderr = "ignore") {
  const folder = temporaryFolder();
  const socketPath = join(folder.path, "agent.sock");
  const child = spawn(program, [...script, "--socket-path", socketPath, ...flags], {
    cwd: folder.path,
    stdio: ["ignore", "ignore", stderr],
  });
  await untilAnswers(socketPath);
  const client = createClient({ socketPaths: [socketPath] });
  return {
    child,
    client,
    in: (name: string) => join(folder.path, name),
    /** Ends it as systemd would, and resolves with its status. */
    stop: async () => {
      child.kill();
      return ended(child);
    },
    [Symbol.asyncDispose]: async () => {
      await client.close();
      child.kill("SIGKILL");
      await ended(child);
      folder[Symbol.dispose]();
    },
  };
}

function read(path: string): string {
  return readFileSync(path, "utf8");
}

/** Resolves when a file has a text; asks the agent meanwhile, which must go on answering. */
async function untilSays(client: Client, path: string, text: string): Promise<void> {
  while (!existsSync(path) || !read(path).includes(text)) await client.ping();
}

/** Makes the agent log more than anybody holds back for it: 1.5 MB at the level `debug`. */
async function logMuch(client: Client): Promise<void> {
  for (let count = 0; count < 1_500; count += 1) await client.start(`${count}${"x".repeat(1_000)}`);
}

describe("--log-file", () => {
  it("is appended to, and made for its owner alone; nothing is on stderr", async () => {
    await using agent = await startLogging(["--log-file", "agent.log"], "pipe");
    const path = agent.in("agent.log");
    await untilSays(agent.client, path, "listening");
    expect(modeOf(path)).toBe("600");
    expect(await agent.stop()).toBe(0);
    expect(await agent.child.stderr?.toArray()).toEqual([]);

    const flags = ["--socket-path", agent.in("agent.sock"), "--log-file", path];
    const second = spawn(program, [...script, ...flags]);
    await untilAnswers(agent.in("agent.sock"));
    second.kill();
    expect(await ended(second)).toBe(0);
    expect(read(path).match(/"listening"/g)).toHaveLength(2);
  });

  it("is opened again on SIGHUP, when it has been moved away", async () => {
    await using agent = await startLogging(["--log-file", "agent.log", "--log-level", "debug"]);
    const path = agent.in("agent.log");
    renameSync(path, agent.in("agent.log.1"));
    await agent.client.start("before");
    await untilSays(agent.client, agent.in("agent.log.1"), "/v1/units/before/start");
    agent.child.kill("SIGHUP");
    await untilSays(agent.client, path, "log opened again");
    await agent.client.start("after");
    await untilSays(agent.client, path, "/v1/units/after/start");
    expect(read(agent.in("agent.log.1"))).not.toContain("/v1/units/after/start");
    expect(modeOf(path)).toBe("600");
    expect(await agent.stop()).toBe(0);
  });

  it("goes on where it was when it cannot be opened again, and says so", async () => {
    await using agent = await startLogging(["--log-file", "agent.log"]);
    renameSync(agent.in("agent.log"), agent.in("agent.log.1"));
    symlinkSync(agent.in("target"), agent.in("agent.log"));
    agent.child.kill("SIGHUP");
    await untilSays(agent.client, agent.in("agent.log.1"), "cannot be opened again");
    expect(existsSync(agent.in("target"))).toBe(false);
    expect(await agent.stop()).toBe(0);
    expect(read(agent.in("agent.log.1"))).toContain("stopping");
  });

  it("is refused where it is a link or a directory, and no agent runs then", async () => {
    using folder = temporaryFolder();
    const links = { link: join(folder.path, "link"), directory: join(folder.path, "directory") };
    symlinkSync(join(folder.path, "target"), links.link);
    mkdirSync(links.directory);
    for (const path of Object.values(links)) {
      const socketPath = join(folder.path, "agent.sock");
      const child = spawn(program, [...script, "--socket-path", socketPath, "--log-file", path]);
      const said = await child.stderr.toArray();
      expect(await ended(child)).toBe(1);
      expect(said.join("")).toMatch(/^error: cannot open the log .* \(LOG_UNAVAILABLE\)\n$/);
      expect(existsSync(socketPath)).toBe(false);
    }
    expect(existsSync(join(folder.path, "target"))).toBe(false);
  });
});

describe("the log, whatever becomes of where it goes", () => {
  it("does not end the agent when there is no room for it", async () => {
    const full = openSync("/dev/full", "w");
    await using onStderr = await startLogging(["--log-level", "debug"], full);
    await using inFile = await startLogging(["--log-level", "debug", "--log-file", "/dev/full"]);
    closeSync(full);
    for (const agent of [onStderr, inFile]) {
      for (let count = 0; count < 100; count += 1) await agent.client.start(String(count));
      expect(await agent.stop()).toBe(0);
    }
  });

  it("does not end the agent when nobody is at the other end of a pipe any longer", async () => {
    using folder = temporaryFolder();
    const pipe = fifo(join(folder.path, "pipe"));
    await using agent = await startLogging(["--log-level", "debug"], pipe.end);
    pipe.close();
    for (let count = 0; count < 100; count += 1) await agent.client.start(String(count));
    expect(await agent.stop()).toBe(0);
  });

  it("does not hold up the agent when nobody reads the pipe", async () => {
    using folder = temporaryFolder();
    const pipe = fifo(join(folder.path, "pipe"));
    await using agent = await startLogging(["--log-level", "debug"], pipe.end);
    await logMuch(agent.client);
    expect((await agent.client.ping()).units).toBe(1_500);
    expect(await agent.stop()).toBe(0);
    pipe.close();
  });

  it("does not hold up the agent when nobody reads the socket that its stderr is", async () => {
    await using agent = await startLogging(["--log-level", "debug"], "pipe");
    await logMuch(agent.client);
    expect((await agent.client.ping()).units).toBe(1_500);
    expect(await agent.stop()).toBe(0);
  });

  it("does not end the agent when its terminal goes away", async () => {
    using folder = temporaryFolder();
    const socketPath = join(folder.path, "agent.sock");
    const line = `${agentLine} --log-level debug --socket-path '${socketPath}'`;
    const terminal = spawn("script", ["--quiet", "--command", line, "/dev/null"], { stdio: "pipe" });
    const pid = await untilAnswers(socketPath);
    terminal.kill("SIGKILL");
    await ended(terminal);
    const client = createClient({ socketPaths: [socketPath] });
    for (let count = 0; count < 100; count += 1) await client.start(String(count));
    expect((await client.ping()).pid).toBe(pid);
    process.kill(pid, "SIGTERM");
    while (existsSync(socketPath)) await client.ping().catch(() => undefined);
    await client.close();
  });

  it("does not end the agent when it has no stderr at all", async () => {
    using folder = temporaryFolder();
    const socketPath = join(folder.path, "agent.sock");
    const child = spawn("sh", [
      "-c",
      'exec "$@" 2>&-',
      "sh",
      program,
      ...script,
      "--socket-path",
      socketPath,
    ]);
    expect(await untilAnswers(socketPath)).toBe(child.pid);
    child.kill();
    expect(await ended(child)).toBe(0);
  });

  it("is left as it is by SIGHUP when it is on stderr", async () => {
    await using agent = await startLogging([]);
    for (let count = 0; count < 10; count += 1) {
      agent.child.kill("SIGHUP");
      await agent.client.ping();
    }
    expect(await agent.stop()).toBe(0);
  });
});

describe("what is logged", () => {
  it("has neither bodies nor leases, at no level", async () => {
    await using agent = await startLogging(["--log-level", "trace", "--log-file", "agent.log"]);
    const { client } = agent;
    await client.want("unit", [{ unit: "of the body" }]);
    const lease = await client.lease();
    await client.start("leased", { lease: lease.id });
    await client.fail("leased", { lease: lease.id, reason: "a secret" });
    await lease.close();
    const again = `GET /v1/leases?lease=${lease.id} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`;
    expect(await exchange(agent.in("agent.sock"), [again])).toContain("OWNER_LOST");
    expect(await agent.stop()).toBe(0);

    const log = read(agent.in("agent.log"));
    expect(log).toContain('"/v1/units/leased/fail"');
    expect(log).toContain('"/v1/leases"');
    for (const secret of ["a secret", "of the body", lease.id]) expect(log).not.toContain(secret);
  });

  it.each(["", "--log-file agent.log"])("has no control character of a name's in it: %s", async (flag) => {
    using folder = temporaryFolder();
    const socketPath = join(folder.path, "a\x1b[31mb\x9b32mc");
    const line = `FORCE_COLOR=1 ${agentLine} --journal none ${flag} --socket-path '${socketPath}'`;
    const terminal = spawn("script", ["--quiet", "--command", line, "/dev/null"], {
      cwd: folder.path,
      stdio: "pipe",
    });
    process.kill(await untilAnswers(socketPath), "SIGTERM");
    const shown = (await terminal.stdout.toArray()).join("");
    const isShown = flag === "";
    const log = isShown ? shown : read(join(folder.path, "agent.log"));
    expect(log).toContain("/a\\u001b[31mb\\u009b32mc");
    expect(log).not.toContain("\x1b[31m");
    expect(log).not.toContain("\x9b");
    expect(shown.includes("\x1b[32mINFO")).toBe(isShown);
  });
});

/** A pipe with both ends here: what it was made for, and who does not read. */
function fifo(path: string) {
  execFileSync("mkfifo", [path]);
  const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  const end = openSync(path, constants.O_WRONLY);
  return {
    end,
    close: () => {
      closeSync(reader);
      closeSync(end);
    },
  };
}
