import { createConnection } from "node:net";
import { type RouteName, routes } from "@sync/protocol";
import { ProtocolError } from "@sync/protocol/client";
import { pino } from "pino";
import { describe, expect, it } from "vitest";
import { endOf, startAgent, untilWaiting } from "./rig.js";

async function codeOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof ProtocolError) return error.code;
    throw error;
  }
  return "accepted";
}

describe("the contract", () => {
  it("is served whole, and the OpenAPI file lists exactly its routes", async () => {
    await using agent = await startAgent();
    const { openapi, paths } = await agent.client.openapi();
    expect(openapi).toBe("3.1.0");
    const listed = Object.entries(paths ?? {}).flatMap(([path, methods]) =>
      Object.entries(methods as Record<string, { operationId: string }>).map(
        ([method, { operationId }]) => `${operationId} ${method.toUpperCase()} ${path}`,
      ),
    );
    const expected = (Object.keys(routes) as RouteName[]).map(
      (name) => `${name} ${routes[name].method} ${routes[name].path.replace(":unit", "{unit}")}`,
    );
    expect(listed.sort()).toEqual(expected.sort());
  });

  it("says at ping who answers", async () => {
    await using agent = await startAgent();
    await agent.client.start("a");
    const first = await agent.client.ping();
    expect(first).toMatchObject({ pid: agent.pid, units: 1, waiters: 0, sequence: 2 });
    await using other = await startAgent();
    expect((await other.client.ping()).generation).not.toBe(first.generation);
  });

  it("takes commands without a body, as curl -X POST sends them", async () => {
    await using agent = await startAgent();
    const answer = await agent.raw(
      "POST /v1/units/a/start HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 0\r\n\r\n",
    );
    expect(answer).toMatch(/^HTTP\/1.1 200 /);
    expect((await agent.client.status("a")).status).toBe("started");
  });
});

describe("a held request", () => {
  it("is answered when the unit can start, and reads are answered meanwhile", async () => {
    await using agent = await startAgent();
    await agent.client.want("a", [{ unit: "b" }]);
    const held = agent.client.start("a", { wait: true });
    await untilWaiting(agent.client, 1);
    expect((await agent.client.status("a")).status).toBe("pending");
    await agent.client.start("b");
    await agent.client.complete("b");
    expect(await held).toMatchObject({ unit_name: "a", status: "started", is_ready: true });
  });

  it("is forgotten when whoever asked is gone, and the unit is not started for nobody", async () => {
    const log: string[] = [];
    const logger = pino({ level: "warn" }, { write: (line) => void log.push(line) });
    await using agent = await startAgent({ logger });
    await agent.client.want("a", [{ unit: "b" }]);
    const controller = new AbortController();
    const held = agent.client.start("a", { wait: true, signal: controller.signal });
    held.catch(() => undefined);
    await untilWaiting(agent.client, 1);
    controller.abort();
    await expect(held).rejects.toThrow();
    await untilWaiting(agent.client, 0);
    expect(log, "a client that leaves is no error").toEqual([]);
    await agent.client.start("b");
    await agent.client.complete("b");
    expect((await agent.client.status("a")).status).toBe("pending");
  });

  it("is not even made when it was sent behind another on a connection that is gone", async () => {
    await using agent = await startAgent();
    for (const name of ["first", "second"]) await agent.client.want(name, [{ unit: "gate" }]);
    const connection = createConnection(agent.socketPath);
    for (const name of ["first", "second"]) {
      connection.write(
        `POST /v1/units/${name}/start HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 13\r\n\r\n{"wait":true}`,
      );
    }
    await untilWaiting(agent.client, 1);
    connection.destroy();
    await untilWaiting(agent.client, 0);
    await agent.client.start("gate");
    await agent.client.complete("gate");
    expect((await agent.client.list()).map(({ unit_name, status }) => [unit_name, status])).toEqual([
      ["first", "pending"],
      ["gate", "completed"],
      ["second", "pending"],
    ]);
  });

  it("times out at the agent, with what is not met", async () => {
    await using agent = await startAgent();
    await agent.client.want("a", [{ unit: "b", requirement: "started" }]);
    await expect(agent.client.start("a", { wait: true, timeoutMs: 20 })).rejects.toMatchObject({
      code: "WAIT_TIMEOUT",
      problem: {
        blockers: [{ unit_name: "b", required_status: "started", current_status: "not registered" }],
      },
    });
  });

  it("of a stopping agent is answered, and new work is refused", async () => {
    await using agent = await startAgent();
    await agent.client.want("a", [{ unit: "b" }]);
    const { client } = agent;
    const held = [
      endOf((options) => client.start("a", { wait: true, ...options })),
      endOf((options) => client.wait([{ unit: "b" }], options)),
    ];
    await untilWaiting(agent.client, 2);
    const stream = agent.client.events()[Symbol.asyncIterator]();
    expect((await stream.next()).value).toMatchObject({ type: "snapshot" });
    const rest = stream.next().catch((error: unknown) => error);
    await agent.close();
    expect(await Promise.all(held)).toEqual(["AGENT_STOPPING", "AGENT_STOPPING"]);
    expect(await rest).toBeDefined();
    expect(await codeOf(agent.client.ping())).toBe("AGENT_UNREACHABLE");
  });
});

it("a thousand waiters on one unit are released by one report, and a status meanwhile answers at once", async () => {
  await using agent = await startAgent();
  const count = 1_000;
  const names = Array.from({ length: count }, (_, index) => `waiter ${index}`);
  await Promise.all(names.map((name) => agent.client.want(name, [{ unit: "gate" }])));
  const held = names.map((name) => agent.client.start(name, { wait: true }));
  await untilWaiting(agent.client, count);
  await agent.client.start("gate");
  const completed = agent.client.complete("gate");
  expect((await agent.client.status("gate")).unit_name).toBe("gate");
  await completed;
  const released = await Promise.all(held);
  expect(released.every(({ status }) => status === "started")).toBe(true);
});

describe("the event stream", () => {
  it("goes on where a reader was", async () => {
    await using agent = await startAgent();
    await agent.client.want("a", [{ unit: "b" }]);
    await agent.client.start("b");
    await agent.client.fail("b", { reason: "exit 3" });
    const seen = [];
    for await (const event of agent.client.events({ after: 2 })) {
      seen.push(event);
      if (event.type === "failed") break;
    }
    expect(seen).toMatchObject([
      { type: "registered", sequence: 3, unit_name: "b" },
      { type: "started", sequence: 4, unit_name: "b" },
      { type: "failed", sequence: 5, unit_name: "b", reason: "exit 3" },
    ]);
  });

  it("is answered at once, also when nothing happens", async () => {
    await using agent = await startAgent();
    const connection = createConnection(agent.socketPath);
    connection.write("GET /v1/events?after=0 HTTP/1.1\r\nHost: x\r\n\r\n");
    let head = "";
    for await (const data of connection) {
      head += String(data);
      if (head.includes("\r\n\r\n")) break;
    }
    expect(head).toMatch(/^HTTP\/1.1 200 OK\r\n/);
  });

  it("goes on after the id that a browser sends, and with a snapshot when that is of another agent", async () => {
    await using agent = await startAgent();
    await agent.client.start("a");
    const { generation } = await agent.client.ping();
    const first = async (id: string) => {
      const connection = createConnection(agent.socketPath);
      connection.write(`GET /v1/events HTTP/1.1\r\nHost: x\r\nLast-Event-ID: ${id}\r\n\r\n`);
      let text = "";
      for await (const data of connection) {
        text += String(data);
        if (text.includes("data: ")) return text;
      }
      return text;
    };
    expect(await first(`${generation}:1`)).toContain(`id: ${generation}:2\nevent: started`);
    expect(await first("another:1")).toContain(`id: ${generation}:2\nevent: snapshot`);
  });
});

describe("one answer", () => {
  it("of many writers at once loses no update, and of wants that close a cycle together one is refused", async () => {
    await using agent = await startAgent();
    const names = Array.from({ length: 50 }, (_, index) => `u${index}`);
    const codes = await Promise.all(
      names.map((name, index) => codeOf(agent.client.want(name, [{ unit: names[(index + 1) % 50] ?? "" }]))),
    );
    expect(codes.filter((code) => code === "CYCLE_DETECTED")).toHaveLength(1);
    const { dependencies, layers } = await agent.client.graph();
    expect(dependencies).toHaveLength(49);
    expect(layers).toHaveLength(50);
  });

  it("draws the graph in the languages of Graphviz and Mermaid", async () => {
    await using agent = await startAgent();
    await agent.client.want("a", [{ unit: "b" }]);
    expect(await agent.client.graph({ format: "dot" })).toMatch(/^digraph/);
    expect(await agent.client.graph({ format: "mermaid" })).toMatch(/^flowchart/);
  });
});
