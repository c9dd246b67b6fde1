import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { expect, test } from "vitest";
import { startAgent } from "./rig.js";

for (const signal of ["SIGKILL", "SIGTERM"] as const) {
  test(`a wait whose agent ends by ${signal} and is started again without its journal says so, and which one it is now`, async () => {
    await using agent = await startAgent();
    await agent.client.want("A", [{ unit: "B" }]);
    const start = await agent.waiting("A");
    const wait = agent.background("wait", "B", "--timeout", "0");
    await agent.waiters(2);

    await agent.process.kill(signal);
    await using next = await startAgent(agent.sandbox, "--journal", "none");
    const { generation } = await next.client.ping();

    for (const { status, stderr } of await Promise.all([start.result, wait.result])) {
      expect(status).toBe(75);
      expect(stderr).toContain(`generation ${generation}`);
    }
    expect(await next.client.list()).toEqual([]);
  });
}

test("a wait goes on when its agent is killed and started again", async () => {
  await using agent = await startAgent();
  await agent.client.want("A", [{ unit: "B" }]);
  const start = await agent.waiting("A");

  await agent.process.kill("SIGKILL");
  await using next = await startAgent(agent.sandbox);
  await next.client.start("B");
  await next.client.complete("B");

  expect((await start.result).status).toBe(0);
  expect((await next.client.status("A")).status).toBe("started");
});

test("a wait goes on by itself when only its connection is lost", async () => {
  await using agent = await startAgent();
  await agent.client.want("A", [{ unit: "B" }]);
  const connections = new Set<Socket>();
  const proxy = createServer((inside) => {
    const outside = connect(agent.socketPath);
    inside.pipe(outside).pipe(inside);
    connections.add(inside);
    inside.on("error", () => outside.destroy()).on("close", () => outside.destroy());
  });
  const path = `${agent.sandbox.directory}/proxy.sock`;
  proxy.listen(path);
  await once(proxy, "listening");

  const start = agent.background("start", "A", "--socket-path", path);
  await agent.waiters(1);
  const again = once(proxy, "connection");
  for (const connection of connections) connection.destroy();
  await again;
  await agent.waiters(1);
  await agent.client.start("B");
  await agent.client.complete("B");

  expect((await start.result).status).toBe(0);
  expect((await agent.client.status("A")).status).toBe("started");
  proxy.close();
});
