import { resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { exitStatus } from "@sync/protocol";
import { type Lease, ProtocolError } from "@sync/protocol/client";
import { attempt, type Outcome } from "../attempt.js";
import { CannotRun } from "../child/cannot-run.js";
import { Interruption, Signals } from "../child/signals.js";
import { Watchdog } from "../child/watchdog.js";
import { Deadline } from "../deadline.js";
import { givenDescriptors } from "../descriptors.js";
import { exitReason } from "../exit-reason.js";
import { whileWaiting } from "../heartbeat.js";
import { checkName, checkText, parseUnitRequirement } from "../names.js";
import { parseReadiness, type Readiness, type ReadinessFlags } from "../readiness/readiness.js";
import { duration } from "../render/age.js";
import { errorText } from "../render/text.js";
import type { Session } from "../session.js";
import { UsageError } from "../usage-error.js";

export interface RunFlags extends ReadinessFlags {
  /** What it depends on. */
  readonly want?: readonly string[];
  /** Milliseconds to wait for the dependencies; 0 sets no limit. */
  readonly timeout: number;
  /** Milliseconds between two signs of life; 0 for none. */
  readonly heartbeat: number;
  readonly keepWaiting?: boolean;
  /** How often a command that has failed is run again. */
  readonly retry: number;
  /** Milliseconds before it is. */
  readonly retryDelay: number;
}

/** Between two reports to an agent that is away, in milliseconds. */
const reportAgainMs = 100;

/** How long it is tried to report the end of the command to an agent that is away, in milliseconds. */
const reportWithinMs = 10_000;

/** How long it is tried to say why the command is not run, in milliseconds. */
const giveUpWithinMs = 1_000;

/** The unit, and what makes it ours. */
interface Ours {
  readonly session: Session;
  readonly unit: string;
  readonly lease: Lease;
  readonly signals: Signals;
  /** What is open for the command beside its input and outputs. */
  readonly descriptors: readonly number[];
}

/** How far it has got. */
type Stage = "waiting" | "running" | "reported";

/**
 * Waits for the dependencies, runs the command, and reports how it went. Resolves with the exit status, that
 * of the command as a rule.
 */
export async function run(session: Session, words: readonly string[], flags: RunFlags): Promise<number> {
  const [name, ...command] = words;
  if (name === undefined || command[0] === undefined || command[0] === "") {
    throw new UsageError(
      "a unit name and a command are required",
      "syncctl run app --want database -- ./serve",
    );
  }
  const unit = checkName(name);
  for (const word of command) checkText(word, "argument of the command");
  const dependencies = (flags.want ?? []).map(parseUnitRequirement);
  const readiness = parseReadiness(flags);
  const descriptors = givenDescriptors();
  const { client, elapsed } = session;
  const begun = elapsed();
  const deadline = new Deadline(flags.timeout, elapsed);
  using signals = new Signals();
  let stage: Stage = "waiting";
  const onDetached = () => {
    if (stage === "running" && !session.quiet) {
      session.note(`the agent has gone; "${unit}" runs on, and its end is reported once an agent is back`);
    }
  };
  try {
    const signal =
      deadline.signal === undefined ? signals.ended : AbortSignal.any([deadline.signal, signals.ended]);
    await using lease = await client.lease({ pid: process.pid, onDetached, signal });
    if (dependencies.length > 0) {
      await client.want(unit, dependencies, { signal, lease: lease.id });
    }
    const ours = { session, unit, lease, signals, descriptors };
    try {
      await start(ours, flags, { begun, timeoutMs: deadline.leftMs, signal });
      stage = "running";
      return await runToEnd(ours, command, readiness, flags, () => {
        stage = "reported";
      });
    } catch (error) {
      await giveUp(ours, error, flags);
      throw error;
    }
  } catch (error) {
    if (error instanceof Interruption) {
      return error.status;
    }
    throw error;
  }
}

async function start(
  { session, unit, lease }: Ours,
  { timeout, heartbeat, keepWaiting }: RunFlags,
  {
    begun,
    timeoutMs,
    signal,
  }: { readonly begun: number; readonly timeoutMs: number; readonly signal: AbortSignal },
): Promise<void> {
  const waiting = { target: { unit }, begun, timeoutMs: timeout, heartbeatMs: heartbeat };
  await whileWaiting(session, waiting, (onDetached) =>
    session.client.start(unit, {
      wait: true,
      timeoutMs,
      lease: lease.id,
      pid: process.pid,
      keepWaiting,
      onDetached,
      signal,
    }),
  );
}

/** Says why the command is not run, or not again, when it was us who did not want to go on. */
async function giveUp({ session, unit, lease }: Ours, error: unknown, { timeout }: RunFlags): Promise<void> {
  const reason = reasonToGiveUp(error, timeout);
  if (reason !== undefined) {
    // If that is refused, or not answered, the end of the lease says it in other words.
    const signal = AbortSignal.timeout(giveUpWithinMs);
    await session.client.fail(unit, { reason, lease: lease.id, pid: process.pid, signal }).catch(() => {});
  }
}

function reasonToGiveUp(error: unknown, timeout: number): string | undefined {
  if (error instanceof Interruption) {
    return error.message === "SIGINT" ? "interrupted" : `interrupted by ${error.message}`;
  }
  return error instanceof ProtocolError && error.code === "WAIT_TIMEOUT"
    ? `gave up waiting after ${span(timeout)}`
    : undefined;
}

/** Runs the command, again if it fails and that is wanted, and reports how it went. */
async function runToEnd(
  ours: Ours,
  words: readonly string[],
  readiness: Readiness | undefined,
  { retry, retryDelay }: RunFlags,
  onReported: () => void,
): Promise<number> {
  const { session, unit, signals, descriptors } = ours;
  const attempts = retry + 1;
  let isReported = false;
  const onReady = async () => {
    isReported = await complete(ours);
    if (isReported) {
      onReported();
    }
  };
  using watchdog = new Watchdog();
  for (let count = 1; ; count += 1) {
    signals.ended.throwIfAborted();
    const env = {
      ...session.env,
      // The command may go to another directory.
      SYNC_SOCKET_PATH: resolve(session.client.socketPath),
      SYNC_UNIT: unit,
      SYNC_ATTEMPT: String(count),
    };
    const outcome = await attempt(words, {
      env,
      stdout: session.stdout,
      stderr: session.stderr,
      descriptors,
      signals,
      watchdog,
      readiness,
      onReady,
    }).catch(cannotRun);
    const { status, error } = outcome;
    if (isReported) {
      if (status !== 0) {
        session.note(`"${unit}" has ended after it was ready, and stays completed: ${failureReason(status)}`);
      }
      return status;
    }
    const isEarly = readiness !== undefined && !outcome.wasReady;
    if (status === 0 && !isEarly) {
      return (await complete(ours)) ? status : exitStatus.notReported;
    }
    const reason = error ?? `${failureReason(status)}${isEarly ? " before it was ready" : ""}`;
    if (error !== undefined) {
      session.note(errorText(error));
    }
    if (error !== undefined || count === attempts || signals.ended.aborted) {
      await fail(ours, attempts === 1 ? reason : `${reason} (attempt ${count} of ${attempts})`);
      return status === 0 ? exitStatus.notReported : status;
    }
    if (!session.quiet) {
      const next = `attempt ${count + 1} of ${attempts}`;
      session.note(`"${unit}" has failed: ${reason}; ${next} follows in ${span(retryDelay)}`);
    }
    await sleep(retryDelay, undefined, { signal: signals.ended }).catch(() => {});
    if (signals.ended.aborted) {
      await fail(ours, `${reason} (attempt ${count} of ${attempts})`);
    }
  }
}

/** It would not help to try that again. */
function cannotRun(error: unknown): Outcome {
  if (!(error instanceof CannotRun)) {
    throw error;
  }
  return { status: error.status, wasReady: false, error: error.message };
}

/** As `finish` says it, but for what a person does at a terminal. */
function failureReason(status: number): string {
  return status === 130 ? "interrupted" : exitReason(status);
}

/** As one would have typed it, more or less. */
function span(ms: number): string {
  return ms < 1000 ? `${ms}ms` : duration(ms);
}

/** Resolves with whether it is known now. */
async function complete(ours: Ours): Promise<boolean> {
  const { session, unit, lease } = ours;
  try {
    await untilHeard(ours, () => session.client.complete(unit, { lease: lease.id, pid: process.pid }));
    return true;
  } catch (error) {
    return isSaidAlready(error) || cannotReport(session, `"${unit}" has completed`, error);
  }
}

async function fail(ours: Ours, reason: string): Promise<void> {
  const { session, unit, lease } = ours;
  try {
    await untilHeard(ours, () => session.client.fail(unit, { reason, lease: lease.id, pid: process.pid }));
  } catch (error) {
    if (!isSaidAlready(error)) {
      cannotReport(session, `"${unit}" has failed with "${reason}"`, error);
    }
  }
}

/** Reports again while nobody can take it, unless it is known that the lease does not come back. */
async function untilHeard({ session, lease }: Ours, report: () => Promise<unknown>): Promise<void> {
  const end = session.elapsed() + reportWithinMs;
  for (;;) {
    try {
      await report();
      return;
    } catch (error) {
      if (!isForLater(error) || lease.lost.aborted || session.elapsed() > end) {
        throw error;
      }
      await sleep(reportAgainMs, undefined, { signal: lease.lost }).catch(() => {});
    }
  }
}

/** What may be otherwise the next moment: the agent comes back, its disk has room again, somebody has gone. */
const forLater: readonly string[] = ["AGENT_UNREACHABLE", "AGENT_STOPPING", "JOURNAL_UNAVAILABLE", "BUSY"];

function isForLater(error: unknown): boolean {
  return error instanceof ProtocolError && forLater.includes(error.code);
}

/** The command may report on its unit by itself. */
function isSaidAlready(error: unknown): boolean {
  return error instanceof ProtocolError && error.code === "SAME_STATUS_ALREADY_SET";
}

function cannotReport(session: Session, what: string, error: unknown): false {
  session.note(
    errorText(`cannot report that ${what}: ${error instanceof Error ? error.message : String(error)}`),
  );
  return false;
}
