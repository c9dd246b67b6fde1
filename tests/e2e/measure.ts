import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { createClient } from "@sync/protocol/client";
import { WebSocket } from "undici";
import type { Child } from "./child.js";
import { RunningAgent } from "./rig.js";
import { isStandalone, type Sandbox } from "./sandbox.js";

/** How much an agent uses. */
export interface Footprint {
  /** Of its heap, when all garbage is collected. `NaN` for an executable, into which Node's inspector cannot look. */
  readonly heapKib: number;
  readonly residentKib: number;
  readonly openFiles: number;
}

/**
 * Starts an agent whose heap can be looked at from outside, by Node's inspector. It has had a reader of events: what the
 * executable opens for the first it keeps for all.
 */
export async function startMeasured(sandbox: Sandbox, ...flags: string[]): Promise<RunningAgent> {
  const process = sandbox.start("sync-agent", flags, { NODE_OPTIONS: "--inspect=127.0.0.1:0" });
  await process.line('"listening"');
  await using client = createClient({ socketPaths: [sandbox.socketPath] });
  for await (const _ of client.events()) break;
  return new RunningAgent(sandbox, process);
}

/** How much an agent uses when nobody is connected any longer. @throws when somebody still is after half a minute. */
export async function idleFootprint(agent: RunningAgent): Promise<Footprint> {
  const end = performance.now() + 30_000;
  for (;;) {
    const count = connections(agent.socketPath);
    if (count === 0) return footprint(agent);
    if (performance.now() > end) throw new Error(`${count} connections are still open`);
    await delay(20);
  }
}

/** How many ends of connections a process has open that has taken them from this socket. */
function connections(socketPath: string): number {
  const connected = "03";
  return readFileSync("/proc/net/unix", "utf8")
    .split("\n")
    .map((line) => line.split(/\s+/))
    .filter(([, , , , , state, , path]) => state === connected && path === socketPath).length;
}

export async function footprint({ process }: RunningAgent): Promise<Footprint> {
  // Before the inspector is connected to it.
  const openFiles = readdirSync(`/proc/${process.pid}/fd`).length;
  return {
    heapKib: Math.round((await usedHeap(process)) / 1024),
    residentKib: residentKib(process.pid),
    openFiles,
  };
}

/** How many KiB a process has in memory. */
function residentKib(pid: number): number {
  const [, kib] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
  return Number(kib);
}

async function usedHeap(process: Child): Promise<number> {
  if (isStandalone) return Number.NaN;
  const url = (await process.line("Debugger listening on ")).split(" ").at(-1) ?? "";
  const inspector = new WebSocket(url);
  await once(inspector, "open");
  const call = async (method: string): Promise<{ readonly usedSize: number }> => {
    inspector.send(JSON.stringify({ id: 1, method }));
    const [{ data }] = await once(inspector, "message");
    const { result } = JSON.parse(data);
    return result;
  };
  await call("HeapProfiler.collectGarbage");
  await call("HeapProfiler.collectGarbage");
  const { usedSize } = await call("Runtime.getHeapUsage");
  inspector.close();
  await once(inspector, "close");
  return usedSize;
}
