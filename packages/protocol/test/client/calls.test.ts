import { describe, expect, it } from "vitest";
import { Client } from "../../src/client/index.js";
import type { RouteName } from "../../src/index.js";
import { routePath, routes } from "../../src/index.js";
import { pending, ping, setStage, transports } from "./stage.js";

interface Expected {
  readonly call: (client: Client) => Promise<unknown>;
  readonly url: string;
  readonly body?: object;
  readonly reply: unknown;
}

const graph = { units: [], dependencies: [], layers: [] };
const limits = [{ limit: "units", most: 100, used: 1, unit: "", means: "units" }];
const met = { units: [] };

const calls: ReadonlyArray<readonly [name: RouteName, expected: Expected]> = [
  ["ping", { call: (client) => client.ping(), url: routePath("ping"), reply: ping }],
  ["list", { call: (client) => client.list(), url: routePath("list"), reply: [pending] }],
  ["status", { call: (client) => client.status("claude"), url: "/v1/units/claude", reply: pending }],
  [
    "want",
    {
      call: (client) => client.want("claude", [{ unit: "git" }, { unit: "db", requirement: "started" }]),
      url: "/v1/units/claude/dependencies",
      body: { dependencies: [{ unit: "git" }, { unit: "db", requirement: "started" }] },
      reply: pending,
    },
  ],
  [
    "start",
    { call: (client) => client.start("claude"), url: "/v1/units/claude/start", body: {}, reply: pending },
  ],
  [
    "start",
    {
      call: (client) => client.start("claude", { wait: true, timeoutMs: 1500 }),
      url: "/v1/units/claude/start",
      body: { wait: true, timeout_ms: 1500 },
      reply: pending,
    },
  ],
  [
    "start",
    {
      call: (client) =>
        client.start("claude", { keepWaiting: true, owner: 7, lease: "l", pid: 8, force: true }),
      url: "/v1/units/claude/start",
      body: { keep_waiting: true, owner: 7, lease: "l", pid: 8, force: true },
      reply: pending,
    },
  ],
  [
    "complete",
    {
      call: (client) => client.complete("claude", { lease: "l", pid: 8, force: true }),
      url: "/v1/units/claude/complete",
      body: { lease: "l", pid: 8, force: true },
      reply: pending,
    },
  ],
  [
    "complete",
    {
      call: (client) => client.complete("claude"),
      url: "/v1/units/claude/complete",
      body: {},
      reply: pending,
    },
  ],
  [
    "fail",
    {
      call: (client) => client.fail("claude", { reason: "exit status 1" }),
      url: "/v1/units/claude/fail",
      body: { reason: "exit status 1" },
      reply: pending,
    },
  ],
  [
    "reset",
    { call: (client) => client.reset("claude"), url: "/v1/units/claude/reset", body: {}, reply: pending },
  ],
  [
    "resetAll",
    {
      call: (client) => client.resetAll({ reason: "a new run", force: true }),
      url: "/v1/reset",
      body: { reason: "a new run", force: true },
      reply: [pending],
    },
  ],
  [
    "wait",
    {
      call: (client) => client.wait([{ unit: "git" }], { mode: "any", keepWaiting: true, pid: 8 }),
      url: routePath("wait"),
      body: { units: [{ unit: "git" }], mode: "any", keep_waiting: true, pid: 8, timeout_ms: 0 },
      reply: met,
    },
  ],
  [
    "why",
    {
      call: (client) => client.why("claude"),
      url: "/v1/why/claude",
      reply: { ...pending, blockers: [] },
    },
  ],
  ["graph", { call: (client) => client.graph(), url: routePath("graph"), reply: graph }],
  ["limits", { call: (client) => client.limits(), url: routePath("limits"), reply: limits }],
  ["openapi", { call: (client) => client.openapi(), url: routePath("openapi"), reply: { openapi: "3.1.0" } }],
];

describe.each(transports)("a call over %s", (_, make) => {
  it.each(calls)("sends %s as its route says and returns the document", async (name, expected) => {
    await using stage = await setStage(make);
    await stage.meet();
    const replied = expected.call(stage.client);

    const exchange = await stage.agent.next();
    expect(exchange.method).toBe(routes[name].method);
    expect(exchange.url).toBe(expected.url);
    expect(exchange.body).toBe(expected.body === undefined ? "" : JSON.stringify(expected.body));
    expect(exchange.header("content-type")).toBe(expected.body && "application/json");

    exchange.json(expected.reply);
    await expect(replied).resolves.toEqual(expected.reply);
  });

  it.each(["dot", "mermaid"] as const)("asks for the graph as %s and returns the text", async (format) => {
    await using stage = await setStage(make);
    const replied = stage.client.graph({ format });

    const exchange = await stage.agent.next();
    expect(exchange.url).toBe(`/v1/graph?format=${format}`);
    exchange.reply(200, "text/vnd.graphviz; charset=utf-8", "digraph { é }\n");
    await expect(replied).resolves.toBe("digraph { é }\n");
  });

  it("asks for the metrics and returns the text", async () => {
    await using stage = await setStage(make);
    const replied = stage.client.metrics();

    const exchange = await stage.agent.next();
    expect(exchange.url).toBe("/metrics");
    exchange.reply(200, "text/plain; version=0.0.4; charset=utf-8", "sync_waiters 0\n");
    await expect(replied).resolves.toBe("sync_waiters 0\n");
  });
});

it("has a method for every route, and no other but close", () => {
  const members = Object.entries(Object.getOwnPropertyDescriptors(Client.prototype));
  const methods = members.flatMap(([name, { value }]) => (value === undefined ? [] : [name]));
  expect(methods.toSorted()).toEqual([...Object.keys(routes), "close", "constructor"].toSorted());
});

it("is tried here for every route that answers once, with a document", () => {
  const tried = new Set<string>(calls.map(([name]) => name));
  expect(Object.keys(routes).filter((name) => !tried.has(name))).toEqual(["lease", "events", "metrics"]);
});
