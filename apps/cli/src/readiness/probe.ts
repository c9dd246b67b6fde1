import { setTimeout as sleep } from "node:timers/promises";

/** Asks once whether a server is ready: false, or a rejection, says that it is not. */
export type Probe = (signal: AbortSignal, env: NodeJS.ProcessEnv) => Promise<boolean>;

/** Between two probes, in milliseconds. */
const everyMs = 150;

/** How long one probe may take, in milliseconds. */
const limitMs = 5_000;

/** Probes until it succeeds, then resolves with true; with false once `over` is aborted. */
export async function probeUntilReady(
  probe: Probe,
  env: NodeJS.ProcessEnv,
  over: AbortSignal,
): Promise<boolean> {
  while (!over.aborted) {
    const signal = AbortSignal.any([over, AbortSignal.timeout(limitMs)]);
    if (await probe(signal, env).catch(() => false)) {
      return !over.aborted;
    }
    await sleep(everyMs, undefined, { signal: over }).catch(() => {});
  }
  return false;
}
