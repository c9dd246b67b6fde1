import { join } from "node:path";
import type { Client } from "@sync/protocol/client";
import { describe, expect, it } from "vitest";
import { Metrics } from "../src/metrics/metrics.js";
import { endOf, startAgent, temporaryFolder, untilWaiting } from "./rig.js";

const comment = /^# (HELP|TYPE) (\w+) (.+)$/;
const sample = /^(\w+)((?:\{\w+="[^"\\]*"(?:,\w+="[^"\\]*")*\})?) (-?\d+(?:\.\d+)?(?:e[+-]\d+)?)$/;

/** What is told of each metric, and each value by its name and labels as they are written. */
function read(text: string) {
  const help = new Map<string, string>();
  const types = new Map<string, string>();
  const values: Record<string, number> = {};
  for (const line of text.split("\n").filter((some) => some !== "")) {
    const [, kind = "", subject = "", told = ""] = comment.exec(line) ?? [];
    const [, name, labels = "", value] = sample.exec(line) ?? [];
    if (kind === "HELP") help.set(subject, told);
    else if (kind === "TYPE") types.set(subject, told);
    else if (name === undefined) throw new Error(`this is neither a comment nor a sample: ${line}`);
    else values[`${name}${labels}`] = Number(value);
  }
  return { help, types, values };
}

/** The values whose names begin so, without that. */
function valuesOf(text: string, name: string): Readonly<Record<string, number>> {
  const found = Object.entries(read(text).values).filter(([key]) => key.startsWith(name));
  return Object.fromEntries(found.map(([key, value]) => [key.slice(name.length), value]));
}

async function commands(client: Client) {
  return valuesOf(await client.metrics(), "sync_commands_total");
}

describe("the metrics", () => {
  it("are in the text format of Prometheus, each with its kind and its meaning", async () => {
    await using agent = await startAgent();
    const { help, types, values } = read(await agent.client.metrics());
    expect(types.size).toBeGreaterThan(15);
    expect([...help.keys()]).toEqual([...types.keys()]);
    for (const [name, type] of types) {
      expect(name).toMatch(/^(sync|process|nodejs)_/);
      expect(["counter", "gauge", "histogram"]).toContain(type);
      expect(type === "counter", name).toBe(name.endsWith("_total"));
    }
    const families = Object.keys(values).map((key) => key.replace(/(_bucket|_sum|_count)?(\{.*)?$/, ""));
    expect(families.filter((name) => !types.has(name))).toEqual([]);
  });

  it("count commands by what came of them, also before anybody has asked", async () => {
    await using agent = await startAgent();
    const { client } = agent;
    await client.want("a", [{ unit: "b" }]);
    await endOf(() => client.start("a"));
    await endOf(() => client.want("b", [{ unit: "a" }]));
    await agent.raw(
      "POST /v1/units/a/fail HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: 1\r\n\r\n{",
    );
    await client.list();
    const expected = {
      '{command="want",code="ok"}': 1,
      '{command="start",code="DEPENDENCIES_NOT_SATISFIED"}': 1,
      '{command="want",code="CYCLE_DETECTED"}': 1,
      '{command="fail",code="INVALID_REQUEST"}': 1,
    };
    expect(await commands(client)).toEqual(expected);
    await client.start("c");
    expect(await commands(client)).toEqual({ ...expected, '{command="start",code="ok"}': 1 });
  });

  it("lose nothing of what happens before, and while, they are loaded", async () => {
    const metrics = new Metrics();
    const observe = (times: number) => {
      for (let count = 0; count < times; count += 1) metrics.record({ type: "append", seconds: 0.001 });
    };
    observe(1_500);
    const loading = metrics.meters();
    observe(10);
    const { registry } = await loading;
    observe(1);
    expect(valuesOf(await registry.metrics(), "sync_journal_append_duration_seconds")).toMatchObject({
      _count: 1_511,
      '_bucket{le="0.0005"}': 0,
      '_bucket{le="0.001"}': 1_511,
    });
  });

  it("tell how long waits were held, by what came of them", async () => {
    await using agent = await startAgent();
    const { client } = agent;
    await client.want("a", [{ unit: "b" }]);
    const controller = new AbortController();
    const released = client.start("a", { wait: true });
    const left = client.wait([{ unit: "never" }], { signal: controller.signal }).catch(() => undefined);
    expect(await endOf(() => client.wait([{ unit: "b" }], { timeoutMs: 20 }))).toBe("WAIT_TIMEOUT");
    await untilWaiting(client, 2);
    controller.abort();
    await left;
    await untilWaiting(client, 1);
    await client.start("b");
    await client.complete("b");
    await released;
    const waits = valuesOf(await client.metrics(), "sync_wait_duration_seconds");
    expect(waits).toMatchObject({
      '_bucket{le="0.01",code="WAIT_TIMEOUT"}': 0,
      '_bucket{le="+Inf",code="WAIT_TIMEOUT"}': 1,
      '_count{code="WAIT_TIMEOUT"}': 1,
      '_count{code="CLIENT_GONE"}': 1,
      '_count{code="ok"}': 1,
    });
    expect(waits['_sum{code="WAIT_TIMEOUT"}']).toBeGreaterThanOrEqual(0.02);
  });

  it("tell what is now, and never name a unit", async () => {
    await using agent = await startAgent();
    const { client } = agent;
    await client.want("app", [{ unit: "db" }, { unit: "git" }]);
    await client.start("db", { owner: process.pid });
    await using lease = await client.lease();
    await client.start("git", { lease: lease.id });
    await client.fail("git", { lease: lease.id });
    const waiting = client.wait([{ unit: "db" }]);
    const events = client.events();
    await events.next();
    await untilWaiting(client, 1);

    const text = await client.metrics();

    const { version, generation, sequence } = await client.ping();
    expect(read(text).values).toMatchObject({
      [`sync_build_info{version="${version}",generation="${generation}"}`]: 1,
      'sync_units{status="not registered"}': 0,
      'sync_units{status="pending"}': 0,
      'sync_units{status="started"}': 1,
      'sync_units{status="completed"}': 0,
      'sync_units{status="failed"}': 1,
      'sync_units{status="skipped"}': 1,
      'sync_owners{kind="lease"}': 1,
      'sync_owners{kind="process"}': 1,
      sync_dependencies: 2,
      sync_waiters: 1,
      sync_event_readers: 1,
      sync_sequence: sequence,
    });
    expect(text).not.toMatch(/"(app|db|git)"/);
    await client.complete("db", { pid: process.pid });
    await waiting;
    await events.return();
  });

  it("tell of a journal how long it takes and how large it is, and of none nothing", async () => {
    using folder = temporaryFolder();
    await using agent = await startAgent({ journal: join(folder.path, "journal") });
    for (const unit of ["a", "b"]) await agent.client.start(unit);
    const { journal } = await agent.client.ping();
    expect(valuesOf(await agent.client.metrics(), "sync_journal_")).toMatchObject({
      append_duration_seconds_count: 2,
      bytes: journal?.bytes,
      failing: 0,
    });
    await using forgetful = await startAgent();
    expect(valuesOf(await forgetful.client.metrics(), "sync_journal_failing")).toEqual({});
  });
});
