import { lstat } from "node:fs/promises";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { AgentError } from "../errors.js";
import { bootId } from "./boot.js";
import { journalPath, lockJournal, putAside, readJournal, unavailable } from "./directory.js";
import { CorruptRecord, type Scan } from "./records.js";

interface Found {
  /** What is whole; `undefined` when nothing is. */
  readonly scan: Scan | undefined;
  /** Why the rest is not; `undefined` when all is well. */
  readonly damage: AgentError | undefined;
}

/**
 * Says on stdout how a journal is. Changes nothing, also while an agent uses it.
 *
 * @throws {AgentError} `JOURNAL_CORRUPT`, `JOURNAL_UNAVAILABLE`.
 */
export async function checkJournal(directory: string): Promise<void> {
  const { scan, damage } = await find(directory);
  if (damage !== undefined) {
    const reset = `sync-agent journal reset ${directory}`;
    const [before, next] =
      scan === undefined
        ? ["there is nothing to keep", reset]
        : [
            `before it: ${count(scan)} events`,
            `sync-agent journal export ${directory}, to keep those; then ${reset}`,
          ];
    throw new AgentError("JOURNAL_CORRUPT", `${damage.message}; ${before}\n  next: ${next}`);
  }
  if (scan !== undefined) await print([`ok: ${describe(scan)}\n`]);
}

/**
 * Prints what is whole of a journal as lines of JSON, an event each. Changes nothing.
 *
 * @throws {AgentError} `JOURNAL_CORRUPT` when that is not all, after it is printed; `JOURNAL_UNAVAILABLE`.
 */
export async function exportJournal(directory: string): Promise<void> {
  const { scan, damage } = await find(directory);
  if (scan !== undefined) await print(linesOf(scan));
  if (damage !== undefined) throw damage;
}

/**
 * Puts a journal aside, damaged or not, so that the next agent begins anew.
 *
 * @throws {AgentError} `AGENT_ALREADY_RUNNING` while an agent uses it; `JOURNAL_UNAVAILABLE`.
 */
export async function resetJournal(directory: string): Promise<void> {
  const path = journalPath(directory);
  // Before anything is made there: whoever types another directory leaves no trace in it.
  const stats = await lstat(path).catch((cause: unknown) => {
    throw unavailable(path, "put aside", cause);
  });
  if (!stats.isFile()) throw unavailable(path, "put aside", "it is not a file");
  const lock = lockJournal(directory);
  try {
    await print([`put aside as ${await putAside(path)}\n`]);
  } finally {
    lock.release();
  }
}

async function find(directory: string): Promise<Found> {
  try {
    const scan = await readJournal(journalPath(directory));
    if (scan !== undefined) return { scan, damage: undefined };
  } catch (error) {
    if (!(error instanceof AgentError && error.cause instanceof CorruptRecord)) throw error;
    return { scan: error.cause.before, damage: error };
  }
  throw new AgentError("JOURNAL_UNAVAILABLE", `there is no journal in "${directory}"`);
}

function describe(scan: Scan): string {
  const { head, tornBytes } = scan;
  const torn = tornBytes === 0 ? "" : `, and ${tornBytes} bytes of one that is not whole`;
  const run = head.boot === bootId() ? "" : ", of an earlier run of the machine";
  return `${count(scan)} events${torn}; generation ${head.generation}${run}`;
}

function* linesOf({ head, events }: Scan): Generator<string, void, undefined> {
  for (const event of head.events) yield `${JSON.stringify(event)}\n`;
  for (const event of events) yield `${JSON.stringify(event)}\n`;
}

function count({ head, events }: Scan): number {
  return head.sequence + events.length;
}

/** Whoever pipes into `head` has read enough: that is no failure. */
async function print(lines: Iterable<string>): Promise<void> {
  try {
    await pipeline(Readable.from(lines), process.stdout, { end: false });
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EPIPE")) throw error;
  }
}
