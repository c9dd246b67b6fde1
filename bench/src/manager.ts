import { mkdtemp, rm } from "node:fs/promises";
import { createServer, request, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as after } from "node:timers";
import { createAgent } from "@sync/agent";
import {
  type Clock,
  Coordinator,
  MemoryJournal,
  type StoredStatus,
  type UnitEvent,
  UnitManager,
} from "@sync/manager";
import { processorMs, processorMsOf } from "./cost.js";
import { interleave } from "./interleave.js";
import { Rescan } from "./rescan.js";
import type { Row, Topic } from "./row.js";

const many = 100_000;
const rounds = 5;

/** What a change of status, a reading of many units and a replay cost. */
export const manager: Topic = {
  name: "manager",
  async measure() {
    return [await hub(), ...(await wide()), ...(await readings()), await replay()];
  },
};

/** Many units need one, and each of them four others, at which nobody looks when that one changes. */
async function hub(): Promise<Row> {
  const ours = new UnitManager();
  const rescan = new Rescan();
  for (const units of [ours, rescan]) {
    units.register("hub");
    for (let i = 0; i < many; i += 1) {
      units.register(`unit-${i}`);
      units.addDependency(`unit-${i}`, "hub");
      for (let other = 0; other < 4; other += 1) units.addDependency(`unit-${i}`, `other-${other}`);
    }
  }
  const ms = await interleave(
    {
      ours: () => processorMs(() => change(ours)),
      rescan: () => processorMs(() => change(rescan)),
    },
    { rounds },
  );
  return {
    name: `a change of one unit that ${many} need`,
    figure: ms("ours") / changes.length,
    unit: "ms",
    ratio: ms("ours") / ms("rescan"),
    against: "looking at all their dependencies again",
    target: { most: 0.5 },
  };
}

const changes: readonly StoredStatus[] = ["started", "completed", "pending"];

function change(units: Pick<UnitManager, "updateStatus"> | Rescan): void {
  for (const status of changes) units.updateStatus("hub", status);
}

/** What one unit needs is completed one by one. */
async function wide(): Promise<Row[]> {
  const ms = await interleave(
    {
      all: () => completions(new UnitManager(), many),
      tenth: () => Array.from({ length: 10 }, () => completions(new UnitManager(), many / 10)).reduce(sum),
      few: () => completions(new UnitManager(), few),
      rescan: () => completions(new Rescan(), few),
    },
    { rounds },
  );
  return [
    {
      name: `${many} dependencies of one unit completed`,
      figure: ms("all"),
      unit: "ms",
      ratio: ms("all") / ms("tenth"),
      against: "ten units with a tenth",
      target: { most: 1.5 },
    },
    {
      name: `${few} dependencies of one unit completed`,
      figure: ms("few"),
      unit: "ms",
      ratio: ms("few") / ms("rescan"),
      against: "looking at all of them again",
      target: { most: 0.05 },
    },
  ];
}

const few = 3_000;

function completions(units: UnitManager | Rescan, count: number): number {
  units.register("wide");
  const names = Array.from({ length: count }, (_, i) => `unit-${i}`);
  for (const name of names) {
    units.register(name);
    units.addDependency("wide", name);
  }
  return processorMs(() => {
    for (const name of names) units.updateStatus(name, "completed");
  });
}

function sum(a: number, b: number): number {
  return a + b;
}

/** A reading through a socket, against a server that has nothing to do but to put the same document into JSON. */
async function readings(): Promise<Row[]> {
  return [
    await reading(`a list of ${readable} units`, unrelated(), "/v1/units"),
    await reading(`why, through a chain of ${readable}`, chain(), "/v1/why/unit-0"),
  ];
}

const readable = 10_000;

async function reading(name: string, events: readonly UnitEvent[], path: string): Promise<Row> {
  const directory = await mkdtemp(join(tmpdir(), "bench-"));
  const socketPath = join(directory, "agent.sock");
  const journal = new MemoryJournal({ base: { sequence: events.length, events } });
  const agent = await createAgent({ socketPath, journal });
  const bare = await serve(join(directory, "bare.sock"), JSON.parse(await get(socketPath, path)));
  const ms = await interleave(
    {
      ours: () => processorMsOf(() => get(socketPath, path)),
      bare: () => processorMsOf(() => get(bare.path, path)),
    },
    { rounds: 9, warmUp: 5 },
  );
  bare.server.close();
  await agent.close();
  await rm(directory, { recursive: true });
  return {
    name,
    figure: ms("ours"),
    unit: "ms",
    ratio: ms("ours") / ms("bare"),
    against: "node:http and JSON.stringify",
    target: { most: 50 },
  };
}

async function serve(path: string, document: unknown): Promise<{ path: string; server: Server }> {
  const server = createServer((_request, response) => response.end(JSON.stringify(document)));
  await new Promise<void>((resolve) => {
    server.listen(path, resolve);
  });
  return { path, server };
}

function get(socketPath: string, path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const sent = request({ socketPath, path, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () => resolve(Buffer.concat(chunks).toString()));
      response.on("error", reject);
    });
    sent.on("error", reject);
    sent.end();
  });
}

function unrelated(): UnitEvent[] {
  return Array.from({ length: readable }, (_, i) => ({ type: "registered", unit: `unit-${i}`, at: i }));
}

function chain(): UnitEvent[] {
  return Array.from({ length: readable }, (_, i) => `unit-${i}`).flatMap((unit, i): UnitEvent[] => [
    { type: "registered", unit, at: i },
    { type: "wanted", unit, dependency: `unit-${i + 1}`, requirement: "completed", at: i },
  ]);
}

/** Each unit is registered, needs one before it, and runs. */
function journalOf(events: number): UnitEvent[] {
  return Array.from({ length: events / 4 }, (_, i) => `unit-${i}`).flatMap((unit, i): UnitEvent[] => [
    { type: "registered", unit, at: i },
    { type: "wanted", unit, dependency: `unit-${i >> 1}-needed`, requirement: "completed", at: i },
    { type: "started", unit, at: i },
    { type: "completed", unit, at: i },
  ]);
}

async function replay(): Promise<Row> {
  const events = journalOf(many);
  const text = JSON.stringify(events);
  const ms = await interleave(
    {
      ours: () =>
        processorMsOf(() => {
          const journal = new MemoryJournal({ base: { sequence: events.length, events } });
          return Coordinator.open({ journal, clock });
        }),
      parse: () => processorMs(() => JSON.parse(text)),
    },
    { rounds: 7, warmUp: 2 },
  );
  return {
    name: `a replay of ${many} events`,
    figure: ms("ours"),
    unit: "ms",
    ratio: ms("ours") / ms("parse"),
    against: "JSON.parse of their text",
    target: { most: 3 },
  };
}

const clock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after: (ms, callback) => {
    const timer = after(callback, ms);
    return () => clearTimeout(timer);
  },
};
