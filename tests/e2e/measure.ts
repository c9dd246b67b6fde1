import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
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

/** Starts an agent whose heap can be looked at from outside, by Node's inspector. */
export async function startMeasured(sandbox: Sandbox, ...flags: string[]): Promise<RunningAgent> {
  const process = sandbox.start("sync-agent", flags, { NODE_OPTIONS: "--inspect=127.0.0.1:0" });
  await process.line('"listening"');
  return new RunningAgent(sandbox, process);
}

export async function footprint({ process }: RunningAgent): Promise<Footprint> {
  return {
    heapKib: Math.round((await usedHeap(process)) / 1024),
    residentKib: residentKib(process.pid),
    openFiles: readdirSync(`/proc/${process.pid}/fd`).length,
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
