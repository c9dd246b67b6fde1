import { statSync } from "node:fs";
import { request } from "node:http";
import { dirname } from "node:path";
import { expect, test } from "vitest";
import { type RunningAgent, startAgent } from "../rig.js";
import { Sandbox } from "../sandbox.js";

test("an empty list in JSON is a list", async () => {
  await using agent = await startAgent();
  await agent.client.start("A");

  const { stdout } = await agent.syncctl("status", "A", "-o", "json");

  expect(stdout).toMatch(/^ {2}"dependencies": \[\],$/m);
  expect(stdout).toMatch(/^ {2}"root_causes": \[\],?$/m);
});

test("a name that is only wanted is listed as not registered", async () => {
  await using agent = await startAgent();
  await agent.client.want("A", [{ unit: "B" }]);

  expect((await agent.syncctl("list")).stdout).toMatch(/^B +not registered +true +$/m);
});

test("every list is one moment, however fast things change", async () => {
  await using agent = await startAgent();
  await agent.client.want("A", [{ unit: "B" }]);
  const change = async () => {
    for (let count = 0; count < 50; count++) {
      await agent.client.start("B");
      await agent.client.complete("B");
    }
  };

  const changing = change();
  const lists = await Promise.all(Array.from({ length: 200 }, () => agent.client.list()));
  await changing;

  const contradictions = lists.filter((units) => {
    const [a, b] = units;
    return a?.is_ready !== (b?.status === "completed");
  });
  expect(contradictions).toEqual([]);
});

test("without an agent the error tells the likely cause, and the command that starts one", async () => {
  await using sandbox = new Sandbox();

  const { stderr } = await sandbox.syncctl("ping");

  expect(stderr).toContain(`tried ${sandbox.socketPath}: ENOENT (no such socket)`);
  const command = /next: (.*) &$/m.exec(stderr)?.[1] ?? "";
  const agent = sandbox.startScript(`exec ${command}`);
  await agent.line("listening");
  expect((await sandbox.syncctl("ping")).status).toBe(0);
});

test("without a setting, every path that was tried is listed", async () => {
  await using sandbox = new Sandbox();
  const env = { SYNC_SOCKET_PATH: "", XDG_RUNTIME_DIR: `${sandbox.directory}/x`, TMPDIR: sandbox.directory };

  const { stderr, status } = await sandbox.start("syncctl", ["ping"], env).result;

  expect(status).toBe(69);
  expect(stderr).toContain(`tried ${sandbox.directory}/x/sync/agent.sock: ENOENT`);
  expect(stderr).toContain(`tried ${sandbox.directory}/sync-${process.getuid?.()}/agent.sock: ENOENT`);
  expect(stderr).toMatch(/^ {2}next: sync-agent &$/m);
});

test("the socket is for its owner only, and so is the directory made for it", async () => {
  await using agent = await startAgent();

  expect(statSync(agent.socketPath).mode & 0o777).toBe(0o600);
  expect(statSync(dirname(agent.socketPath)).mode & 0o777).toBe(0o700);
});

test("what is too large is refused in words, and the agent lives on", async () => {
  await using agent = await startAgent();

  const name = await agent.syncctl("start", "x".repeat(1025));
  const dependencies = Array.from({ length: 200_000 }, (_, index) => ({ unit: `unit-${index}` }));
  const body = await post(agent, "/v1/units/A/dependencies", JSON.stringify({ dependencies }));

  expect(name.status).toBe(64);
  expect(name.stderr).toContain("1024");
  expect(body).toBe(413);
  expect((await agent.syncctl("ping")).status).toBe(0);
  expect(await agent.client.list()).toEqual([]);
});

async function post({ socketPath }: RunningAgent, path: string, body: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const call = request({
      socketPath,
      path,
      method: "POST",
      headers: { "content-type": "application/json" },
    });
    call.once("response", (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    // The agent may close the connection before it has read everything: the answer has come by then.
    call.on("error", reject);
    call.end(body);
  });
}

test("too many units are refused with what to do about it, and the agent lives on", async () => {
  await using sandbox = new Sandbox();
  await using agent = await startAgent(sandbox, "--limit", "units=3");
  await agent.client.want("A", [{ unit: "B" }, { unit: "C" }]);

  const { status, stderr } = await agent.syncctl("want", "A", "D");

  expect(status).toBe(1);
  expect(stderr).toContain("too many units: there are 3, this would make 1 more, and 3 is the most");
  expect(stderr).toContain("next: to see the units there are: syncctl list");
  expect((await agent.client.list()).map(({ unit_name }) => unit_name)).toEqual(["A", "B", "C"]);
  await agent.client.start("B");
  expect((await agent.client.complete("B")).status).toBe("completed");
});

test("an agent that does not answer is no agent to a ping after ten seconds, and has a minute for a command", async () => {
  await using agent = await startAgent();
  await agent.client.start("A");
  process.kill(agent.process.pid, "SIGSTOP");
  const command = agent.background("complete", "A");
  const ping = await agent.syncctl("ping");
  expect(ping.status).toBe(69);
  expect(ping.stderr).toContain('the agent has not answered "ping" within 10 s');
  process.kill(agent.process.pid, "SIGCONT");
  expect((await command.result).status).toBe(0);
});
