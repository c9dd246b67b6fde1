import { Command } from "./child/command.js";
import { Passage } from "./child/passage.js";
import type { Signals } from "./child/signals.js";
import type { Watchdog } from "./child/watchdog.js";
import type { Output } from "./output.js";
import { LineWatcher } from "./readiness/line.js";
import { probeUntilReady } from "./readiness/probe.js";
import type { Readiness } from "./readiness/readiness.js";

interface AttemptOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Where what the command prints goes, when we are to read it. */
  readonly stdout: Output;
  readonly stderr: Output;
  /** What the command has open beside its input and outputs. */
  readonly descriptors: readonly number[];
  readonly signals: Signals;
  readonly watchdog: Watchdog;
  readonly readiness: Readiness | undefined;
  /** Is called once, when the command is ready and goes on. */
  readonly onReady: () => Promise<void>;
}

export interface Outcome {
  /** The exit status, as a shell tells it. */
  readonly status: number;
  readonly wasReady: boolean;
  /** Why it was not run at all. */
  readonly error?: string;
}

/**
 * Runs a command to its end.
 *
 * @throws {CannotRun}
 */
export async function attempt(words: readonly string[], options: AttemptOptions): Promise<Outcome> {
  const { env, descriptors, signals, watchdog, readiness, onReady } = options;
  const over = new AbortController();
  const isPiped = readiness !== undefined && "line" in readiness;
  const command = await Command.start(words, { env, output: isPiped ? "pipe" : "inherit", descriptors });
  watchdog.guard(command);
  signals.forwardTo(command);

  const line = isPiped ? watchLines(command, readiness.line, options, over.signal) : undefined;
  const probed =
    readiness !== undefined && "probe" in readiness
      ? probeUntilReady(readiness.probe, env, over.signal)
      : undefined;
  const reported = reportReady(line?.matched ?? probed, onReady);

  const status = await command.exited;
  watchdog.guard(undefined);
  signals.forwardTo(undefined);
  await line?.drained();
  over.abort();
  return { status, wasReady: await reported };
}

/** Passes on what the command prints, and resolves `matched` with whether a line of it has matched. */
function watchLines({ output }: Command, pattern: RegExp, to: AttemptOptions, over: AbortSignal) {
  const drains: (() => Promise<void>)[] = [];
  const matched = new Promise<boolean>((resolve) => {
    over.addEventListener("abort", () => resolve(false));
    for (const name of ["stdout", "stderr"] as const) {
      const from = output[name];
      if (from !== null) {
        const watcher = new LineWatcher(pattern, () => resolve(true));
        const passage = new Passage(from, to[name], (chunk) => watcher.write(chunk));
        drains.push(() => passage.drain().then(() => watcher.end()));
      }
    }
  });
  return { matched, drained: () => Promise.all(drains.map((drain) => drain())) };
}

async function reportReady(
  ready: Promise<boolean> | undefined,
  onReady: () => Promise<void>,
): Promise<boolean> {
  const isReady = (await ready) ?? false;
  if (isReady) {
    await onReady();
  }
  return isReady;
}
