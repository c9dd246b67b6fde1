import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { startAgent } from "../rig.js";
import { Sandbox } from "../sandbox.js";

test("ping says Success when the agent is there", async () => {
  await using agent = await startAgent();

  expect(await agent.syncctl("ping")).toEqual({ stdout: "Success\n", stderr: "", status: 0 });
});

test("without an agent every verb fails and names the path", async () => {
  await using sandbox = new Sandbox();

  for (const args of [["ping"], ["list"], ["start", "A"], ["want", "A", "B"]]) {
    const { stdout, stderr, status } = await sandbox.syncctl(...args);
    expect({ stdout, status }).toEqual({ stdout: "", status: 69 });
    expect(stderr).toMatch(/^error: connect to agent socket: /);
    expect(stderr).toContain(sandbox.socketPath);
  }
});

test("the flag wins over the environment, and an empty one counts as not given", async () => {
  await using sandbox = new Sandbox();
  const path = join(sandbox.directory, "other.sock");
  const agent = sandbox.start("sync-agent", ["--socket-path", path]);
  await agent.line("listening");

  expect((await sandbox.syncctl("ping")).status).toBe(69);
  expect((await sandbox.syncctl("ping", "--socket-path", path)).status).toBe(0);
  expect((await sandbox.syncctl("--socket-path", path, "ping")).status).toBe(0);
  const byEnvironment = sandbox.start("syncctl", ["ping", "--socket-path", ""], { SYNC_SOCKET_PATH: path });
  expect((await byEnvironment.result).status).toBe(0);
});

test("an agent replaces the socket of one that was killed", async () => {
  await using sandbox = new Sandbox();
  const first = await startAgent(sandbox);
  await first.process.kill("SIGKILL");
  expect(existsSync(sandbox.socketPath)).toBe(true);

  await startAgent(sandbox);

  expect((await sandbox.syncctl("ping")).status).toBe(0);
});

test("an agent refuses a socket on which another one answers", async () => {
  await using agent = await startAgent();

  const { status, stderr } = await agent.sandbox.start("sync-agent", []).result;

  expect(status).not.toBe(0);
  expect(stderr).toContain("not available");
  expect((await agent.syncctl("ping")).status).toBe(0);
});

test("an agent that is asked to stop lets go of what waits, and removes its socket", async () => {
  await using agent = await startAgent();
  await agent.client.want("A", [{ unit: "B" }]);
  const start = await agent.waiting("A", "--timeout", "1s");

  expect((await agent.process.kill("SIGTERM")).status).toBe(0);

  const { status, stderr } = await start.result;
  expect(status).toBe(69);
  expect(stderr).toContain(`next: sync-agent --socket-path ${agent.socketPath} &`);
  expect(existsSync(agent.socketPath)).toBe(false);
});

// u0 ──▶ u1 ──▶ … ──▶ u9, and ten wants at once that would each close the cycle
test("many writers and readers at once lose nothing, and close no cycle", async () => {
  await using agent = await startAgent();
  const names = Array.from({ length: 10 }, (_, index) => `u${index}`);
  const first = names[0] ?? "";
  await Promise.all(names.slice(1).map((name, index) => agent.client.want(`u${index}`, [{ unit: name }])));

  const closing = names.map((name) => agent.client.want("u9", [{ unit: name }]));
  const harmless = Array.from({ length: 500 }, (_, index) =>
    agent.client.want(`w${index}`, [{ unit: first }]),
  );
  const reading = Array.from({ length: 200 }, () => agent.client.list());
  const closed = await Promise.allSettled(closing);
  await Promise.all([...harmless, ...reading]);

  expect(closed.filter(({ status }) => status === "fulfilled")).toEqual([]);
  expect(await agent.client.list()).toHaveLength(510);
});
