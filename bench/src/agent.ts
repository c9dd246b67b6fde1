import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { interleave } from "./interleave.js";
import { load, roundMs } from "./load.js";
import { syncAgent } from "./programs.js";
import type { Row, Topic } from "./row.js";
import { startAgent, untilAnswered } from "./running-agent.js";
import { startBareServer } from "./running-bare-server.js";
import { SyncedFile } from "./synced-file.js";
import { timeProcess } from "./whole-process.js";

const bareNode = "bare node:http";

/** What an agent costs while it works, while nobody wants anything, and when it starts. */
export const agent: Topic = {
  name: "agent",
  measure: async () => [await commands(), ...(await commandsOnDisk()), ...(await idle()), await start()],
};

async function commands(): Promise<Row> {
  await using ours = await startAgent("--journal", "none");
  await using bare = await startBareServer();
  await using ourLoad = await load(ours.socketPath, 16);
  await using bareLoad = await load(bare.socketPath, 16);
  const perSecond = await interleave({ ours: ourLoad.work, bare: bareLoad.work }, { rounds: 7, warmUp: 2 });
  return {
    name: "commands of 16 clients, without a journal",
    figure: perSecond("ours"),
    unit: "a second",
    ratio: perSecond("ours") / perSecond("bare"),
    against: bareNode,
    target: { least: 0.75 },
  };
}

/** What is asked for during one sync shares the next. */
async function commandsOnDisk(): Promise<Row[]> {
  await using ours = await startAgent();
  await using file = await SyncedFile.create();
  await using many = await load(ours.socketPath, 64);
  await using one = await load(ours.socketPath, 1);
  const syncs = async () => {
    const end = performance.now() + roundMs;
    let count = 0;
    for (; performance.now() < end; count += 1) await file.append();
    return (count * 1_000) / roundMs;
  };
  const perSecond = await interleave({ many: many.work, one: one.work, syncs }, { rounds: 5 });
  const row = {
    name: "commands of 64 clients, with a journal",
    figure: perSecond("many"),
    unit: "a second",
  };
  return [
    {
      ...row,
      ratio: perSecond("many") / perSecond("one"),
      against: "one client, a sync for each command",
      target: { least: 10 },
    },
    { ...row, ratio: perSecond("many") / perSecond("syncs"), against: "fdatasync, one after another" },
  ];
}

const idleMs = 10_000;

async function idle(): Promise<Row[]> {
  await using ours = await startAgent();
  await using bare = await startBareServer();
  // What is done once, soon after the start, is over by then.
  await sleep(idleMs);
  const before = wakeUps(ours.pid);
  await sleep(idleMs);
  const count = wakeUps(ours.pid) - before;
  return [
    {
      name: `how often an agent wakes up within ${idleMs / 1_000} s in which nobody wants anything, on Node`,
      figure: count,
      unit: "times",
      ratio: count / (idleMs / 1_000),
      against: "once a second",
      target: { most: 0 },
    },
    {
      name: "memory of an agent that nobody has asked for anything yet, on Node",
      figure: residentMib(ours.pid),
      unit: "MiB",
      ratio: residentMib(ours.pid) / residentMib(bare.pid),
      against: bareNode,
    },
  ];
}

/** How often the threads of a process have waited, and gone on. */
function wakeUps(pid: number): number {
  return readdirSync(`/proc/${pid}/task`)
    .map((thread) => fieldOf(`/proc/${pid}/task/${thread}/status`, "voluntary_ctxt_switches"))
    .reduce((sum, count) => sum + count, 0);
}

function residentMib(pid: number): number {
  return fieldOf(`/proc/${pid}/status`, "VmRSS") / 1_024;
}

function fieldOf(path: string, name: string): number {
  const [, value] = new RegExp(`^${name}:\\s+(\\d+)`, "m").exec(readFileSync(path, "utf8")) ?? [];
  return Number(value);
}

async function start(): Promise<Row> {
  const ms = await interleave(
    {
      ours: () => untilAnswered(process.execPath, [syncAgent]),
      node: () => timeProcess(process.execPath, ["-e", "0"]),
    },
    { rounds: 15, warmUp: 2 },
  );
  return {
    name: "from the start of an agent to its first answer, on Node",
    figure: ms("ours"),
    unit: "ms",
    ratio: ms("ours") / ms("node"),
    against: "node -e 0",
    target: { most: 4 },
  };
}
