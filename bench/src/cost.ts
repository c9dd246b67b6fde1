/**
 * The milliseconds of processor time that some work takes, on all threads: the collector's included, and what
 * else runs on the machine hardly counts.
 */
export function processorMs(work: () => unknown): number {
  globalThis.gc?.();
  const before = process.cpuUsage();
  work();
  return since(before);
}

/** The same of what ends later. */
export async function processorMsOf(work: () => Promise<unknown>): Promise<number> {
  globalThis.gc?.();
  const before = process.cpuUsage();
  await work();
  return since(before);
}

function since(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}

/** The bytes that what is built takes while it is held. */
export function bytesOf(build: () => unknown): number {
  const before = usedBytes();
  const held = build();
  const bytes = usedBytes() - before;
  // Read after the measurement, so that it cannot be collected before.
  return held === undefined ? 0 : bytes;
}

function usedBytes(): number {
  globalThis.gc?.();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}
