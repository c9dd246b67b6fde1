import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { Client, httpTransport, ProtocolError } from "@sync/protocol/client";
import { describe, expect, it } from "vitest";
import { limitNames } from "../src/limits.js";
import { startAgent, untilWaiting } from "./rig.js";

async function codeOf(call: Promise<unknown>): Promise<string> {
  try {
    await call;
  } catch (error) {
    if (error instanceof ProtocolError) return error.code;
    throw error;
  }
  return "accepted";
}

describe("what would be too much is refused, and nothing of it stays", () => {
  it("units, and dependencies of one and of all", async () => {
    await using agent = await startAgent({ limits: { units: 5, dependencies: 2, edges: 3 } });
    const { client } = agent;
    const want = (unit: string, ...names: string[]) =>
      codeOf(
        client.want(
          unit,
          names.map((name) => ({ unit: name })),
        ),
      );
    expect(await want("a", "b", "c", "d")).toBe("LIMIT_REACHED");
    expect(await client.list()).toEqual([]);
    expect(await want("a", "b", "c")).toBe("accepted");
    expect(await want("b", "c", "d")).toBe("LIMIT_REACHED");
    expect(await want("b", "c")).toBe("accepted");
    expect(await codeOf(client.start("d"))).toBe("accepted");
    expect(await codeOf(client.start("e"))).toBe("accepted");
    expect(await codeOf(client.start("f"))).toBe("LIMIT_REACHED");
    expect((await client.list()).map(({ unit_name }) => unit_name)).toEqual(["a", "b", "c", "d", "e"]);
  });

  it("names, and no longer ones than there can be", async () => {
    await using agent = await startAgent({ limits: { name: 3 } });
    expect(await codeOf(agent.client.start("abc"))).toBe("accepted");
    expect(await codeOf(agent.client.start("abcd"))).toBe("UNIT_ID_INVALID");
    await using generous = await startAgent({ limits: { name: 5_000 } });
    expect(await codeOf(generous.client.start("x".repeat(1_025)))).toBe("UNIT_ID_INVALID");
    expect((await generous.client.ping()).units).toBe(0);
  });

  it("calls that wait; and who need not wait is let in", async () => {
    await using agent = await startAgent({ limits: { waiters: 1 } });
    const { client } = agent;
    await client.want("a", [{ unit: "gate" }]);
    const first = client.start("a", { wait: true });
    await untilWaiting(client, 1);
    expect(await codeOf(client.wait([{ unit: "gate" }]))).toBe("BUSY");
    await client.start("gate", { wait: true });
    await client.complete("gate");
    expect((await first).status).toBe("started");
  });

  it("bodies and headers", async () => {
    await using agent = await startAgent({ limits: { body: 100, headers: 1_000 } });
    expect(await codeOf(agent.client.fail("a", { reason: "x".repeat(200) }))).toBe("BODY_TOO_LARGE");
    expect(await codeOf(agent.client.status("x".repeat(1_100)))).toBe("HEADERS_TOO_LARGE");
  });

  it("connections, until one has gone", async () => {
    await using agent = await startAgent({ limits: { connections: 2 } });
    const idle = [connect(agent.socketPath), connect(agent.socketPath)];
    await Promise.all(idle.map((connection) => once(connection, "connect")));
    const answer = await agent.raw("GET /v1/ping HTTP/1.1\r\nHost: x\r\n\r\n");
    expect(answer).toMatch(/^HTTP\/1.1 503 /);
    expect(answer.toLowerCase()).toContain("connection: close");
    expect(answer).toContain('"code":"BUSY"');
    for (const connection of idle) connection.destroy();
    await Promise.all(idle.map((connection) => once(connection, "close")));
    while ((await codeOf(agent.client.ping())) !== "accepted");
  });
});

it("a connection on which too many requests are not answered yet is closed, and what waited there is over", async () => {
  await using agent = await startAgent({ limits: { pipeline: 20 } });
  const wait = "POST /v1/wait HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: 27\r\n\r\n";
  const ping = "GET /v1/ping HTTP/1.1\r\n\r\n";
  const connection = connect(agent.socketPath).resume();
  connection.on("error", () => {});
  connection.write(`${wait}{"units":[{"unit":"gate"}]}`);
  connection.write(ping.repeat(19));
  await untilWaiting(agent.client, 1);
  connection.write(ping);
  await once(connection, "close");
  await untilWaiting(agent.client, 0);
});

it("who has many requests on a connection keeps nobody waiting until all of them are answered", async () => {
  await using agent = await startAgent();
  await agent.client.want("a", [{ unit: "b" }]);
  const many = connect(agent.socketPath);
  const other = connect(agent.socketPath);
  await Promise.all([once(many, "connect"), once(other, "connect")]);
  const ends: string[] = [];
  const read = async (connection: Socket, name: string) => {
    await connection.resume().toArray();
    ends.push(name);
  };
  const list = "GET /v1/units HTTP/1.1\r\n";
  many.write(`${`${list}\r\n`.repeat(99)}${list}Connection: close\r\n\r\n`);
  other.write(`${list}Connection: close\r\n\r\n`);
  await Promise.all([read(many, "many"), read(other, "other")]);
  expect(ends).toEqual(["other", "many"]);
});

describe("a client that does not take what is sent to it", () => {
  /** More than a socket holds, at which the agent has to wait. */
  const units = Array.from({ length: 4_000 }, (_, index) => ({ unit: `${index}-${"x".repeat(200)}` }));

  it.each(["/v1/units", "/v1/events"])("is dropped in the middle of %s", async (path) => {
    await using agent = await startAgent({ limits: { stall: 1_000 } });
    // It has one connection, and that for a call only.
    await using client = new Client(httpTransport({ socketPaths: [agent.socketPath] }));
    await client.want("a", units);
    const connection = connect(agent.socketPath);
    connection.write(`GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`);
    // What has come by then is kept for whoever reads it, and nothing more is taken.
    await once(connection, "readable");
    const connections = async () =>
      (await client.limits()).find(({ limit }) => limit === "connections")?.used ?? 0;
    while ((await connections()) > 1);
    connection.destroy();
  });

  it("is dropped earlier when all that nobody has taken would be too much, and who has left most of it first", async () => {
    await using agent = await startAgent({ limits: { unread: 3_000_000 } });
    const { client } = agent;
    await client.want("a", units);
    const open = async (...requests: string[]) => {
      const connection = connect(agent.socketPath).pause();
      await once(connection, "connect");
      connection.write(requests.map((path) => `GET ${path} HTTP/1.1\r\n\r\n`).join(""));
      return connection;
    };
    const unread = async () => (await client.limits()).find(({ limit }) => limit === "unread")?.used ?? 0;
    const modest = await open("/v1/units/a");
    await once(modest, "readable");
    const greedy = [];
    while ((await unread()) <= 3_000_000) greedy.push(await open("/v1/units"));
    while ((await unread()) > 3_000_000);
    expect(greedy.length).toBeGreaterThan(1);
    modest.write("GET /v1/ping HTTP/1.1\r\nConnection: close\r\n\r\n");
    const answers = (await modest.toArray()).join("");
    expect(answers).toMatch(/"unit_name":"a".*"generation"/s);
    for (const connection of greedy) connection.destroy();
  });

  it("is not who waits for hours, for events that do not come, or to say something", async () => {
    await using agent = await startAgent({ limits: { stall: 50 } });
    const { client } = agent;
    const silent = connect(agent.socketPath);
    await once(silent, "connect");
    const wait = client.wait([{ unit: "gate", requirement: "started" }], { timeoutMs: 60_000 });
    const events = client.events();
    await events.next();
    const next = events.next();
    await expect(client.wait([{ unit: "never" }], { timeoutMs: 300 })).rejects.toThrow("timeout");
    await client.start("gate");
    await expect(wait).resolves.toMatchObject({ units: [{ is_satisfied: true }] });
    expect((await next).value).toMatchObject({ type: "registered", unit_name: "gate" });
    silent.write("GET /v1/ping HTTP/1.1\r\nConnection: close\r\n\r\n");
    let answer = "";
    for await (const data of silent) answer += String(data);
    expect(answer).toMatch(/^HTTP\/1.1 200 /);
  });
});

it("a reader of events who is further behind than the backlog gets a snapshot for what is missing", async () => {
  await using agent = await startAgent({ limits: { backlog: 4 } });
  const { client } = agent;
  for (let index = 0; index < 10; index += 1) await client.start(`u${index}`);
  const late = client.events({ after: 1 });
  expect((await late.next()).value).toMatchObject({ type: "snapshot", sequence: 20 });
  await late.return();
  const near = client.events({ after: 18 });
  expect((await near.next()).value).toMatchObject({ type: "registered", sequence: 19 });
  await near.return();
});

it("every limit is told, with how much of it is used where that can be known", async () => {
  await using agent = await startAgent({ limits: { units: 50, stall: 7_000 } });
  await agent.client.want("a", [{ unit: "b" }, { unit: "c" }]);
  const limits = await agent.client.limits();
  expect(limits.map(({ limit }) => limit)).toEqual(limitNames);
  expect(limits).toContainEqual(expect.objectContaining({ limit: "units", most: 50, used: 3 }));
  expect(limits).toContainEqual(expect.objectContaining({ limit: "edges", used: 2 }));
  expect(limits).toContainEqual(expect.objectContaining({ limit: "connections", used: expect.any(Number) }));
  expect(limits).toContainEqual({
    limit: "stall",
    most: 7_000,
    used: null,
    unit: "ms",
    means: "how long a client may take nothing of what is sent to it",
  });
});
