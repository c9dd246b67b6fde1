import { chmodSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { type RunningAgent, startAgent } from "../rig.js";
import { Sandbox } from "../sandbox.js";

/** Resolves when an agent of its own, with a longer `--idle-exit` than that of the others here, has ended. */
async function longerThanIdle(sandbox: Sandbox): Promise<void> {
  const path = join(sandbox.directory, "clock", "agent.sock");
  await sandbox.start("sync-agent", ["--idle-exit", "2s", "--socket-path", path]).result;
}

async function idleAgent(): Promise<RunningAgent> {
  return startAgent(new Sandbox(), "--idle-exit", "1s");
}

// Nearly all that they do is to wait.
describe.concurrent("sync-agent --idle-exit", () => {
  test("ends the agent as SIGTERM does, and says why", async () => {
    await using sandbox = new Sandbox();

    const { status, stderr } = await sandbox.start("sync-agent", ["--idle-exit", "50ms"]).result;

    expect(status).toBe(0);
    expect(stderr).toMatch(/"idle":"50ms","msg":"stopping"/);
    expect(existsSync(sandbox.socketPath)).toBe(false);
  });

  test("counts from the last call, and a held call is one", async () => {
    await using agent = await idleAgent();
    const wait = agent.background("wait", "nobody", "--timeout", "3s");
    await agent.waiters(1);
    await agent.client.close();

    expect((await wait.result).status).toBe(124);
    expect((await agent.process.result).status).toBe(0);
  });

  test("does not end the agent while somebody reads its events", async () => {
    await using agent = await idleAgent();
    const events = agent.background("events");
    await events.line("snapshot");
    await agent.client.close();

    await longerThanIdle(agent.sandbox);

    expect((await agent.syncctl("ping")).status).toBe(0);
    await events.kill("SIGKILL");
    expect((await agent.process.result).status).toBe(0);
  });

  test("does not end the agent while a process owns a unit", async () => {
    await using agent = await idleAgent();
    const owner = agent.startScript("exec sleep 60");
    await agent.client.start("A", { owner: owner.pid });
    await agent.client.close();

    await longerThanIdle(agent.sandbox);

    expect((await agent.syncctl("status", "A")).stdout).toContain("Status: started");
    await owner.kill("SIGKILL");
    expect((await agent.process.result).status).toBe(0);
  });

  test("does not end the agent while a unit is started, whoever that is", async () => {
    await using agent = await idleAgent();
    await agent.client.start("A");
    await agent.client.close();

    await longerThanIdle(agent.sandbox);

    expect((await agent.syncctl("complete", "A")).status).toBe(0);
    expect((await agent.process.result).status).toBe(0);
  });

  test.each(["0", "soon", "600h"])("does not take %s", async (duration) => {
    await using sandbox = new Sandbox();

    const { status, stderr } = await sandbox.start("sync-agent", ["--idle-exit", duration]).result;

    expect({ status, stderr }).toMatchObject({ status: 64, stderr: expect.stringContaining(duration) });
  });
});

const hasRuntimeDirectory = existsSync(`/run/user/${process.getuid?.()}`);

describe("a place for the socket", () => {
  /** Directories in which no socket can be, each for another reason. */
  const unusable: readonly [why: string, make: (directory: string) => void][] = [
    ["is not there", () => {}],
    ["is a file", (directory) => writeFileSync(directory, "")],
    [
      "others can write to",
      (directory) => {
        mkdirSync(directory);
        chmodSync(directory, 0o777);
      },
    ],
    [
      "has a file in the way",
      (directory) => {
        mkdirSync(directory);
        writeFileSync(join(directory, "sync"), "");
      },
    ],
  ];

  test.skipIf(hasRuntimeDirectory).each(unusable)("that %s is left for the next", async (_, make) => {
    await using sandbox = new Sandbox();
    const runtime = join(sandbox.directory, "xdg");
    make(runtime);
    const env = { SYNC_SOCKET_PATH: "", XDG_RUNTIME_DIR: runtime, TMPDIR: sandbox.directory };

    const agent = sandbox.start("sync-agent", [], env);

    expect(await agent.line("listening")).toContain(
      `"${sandbox.directory}/sync-${process.getuid?.()}/agent.sock"`,
    );
    expect((await sandbox.start("syncctl", ["ping"], env).result).status).toBe(0);
  });

  test("that was asked for is never left for another", async () => {
    await using sandbox = new Sandbox();
    const directory = dirname(sandbox.socketPath);
    mkdirSync(directory);
    chmodSync(directory, 0o777);

    const { status, stderr } = await sandbox.start("sync-agent", [], { TMPDIR: sandbox.directory }).result;

    expect(status).toBe(1);
    expect(stderr).toBe(
      `error: cannot use "${directory}": others can write to it (mode 777), so they could replace the socket (SOCKET_DIRECTORY_UNSAFE)\n`,
    );
  });

  test("where an agent is already is never left for another", async () => {
    await using sandbox = new Sandbox();
    const env = { SYNC_SOCKET_PATH: "", XDG_RUNTIME_DIR: sandbox.directory, TMPDIR: sandbox.directory };
    await sandbox.start("sync-agent", [], env).line("listening");

    const { status, stderr } = await sandbox.start("sync-agent", [], env).result;

    expect({ status, stderr }).toMatchObject({
      status: 1,
      stderr: expect.stringContaining("(AGENT_ALREADY_RUNNING)"),
    });
  });
});
