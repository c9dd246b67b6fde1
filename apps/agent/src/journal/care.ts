import { AgentError } from "../errors.js";
import { journalPath, lockJournal, putAside, readJournal } from "./file-journal.js";
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
    const before = scan === undefined ? "nothing before it" : `${count(scan)} events before it`;
    throw new AgentError(
      "JOURNAL_CORRUPT",
      `${damage.message}; there are ${before}\n  next: sync-agent journal export ${directory}, to keep them; then sync-agent journal reset ${directory}`,
    );
  }
  if (scan === undefined)
    throw new AgentError("JOURNAL_UNAVAILABLE", `there is no journal in "${directory}"`);
  process.stdout.write(`ok: ${count(scan)} events, generation ${scan.head.generation}\n`);
}

/** Prints what is whole of a journal as lines of JSON, an event each. Changes nothing. */
export async function exportJournal(directory: string): Promise<void> {
  const { scan } = await find(directory);
  for (const event of [...(scan?.head.events ?? []), ...(scan?.events ?? [])]) {
    process.stdout.write(`${JSON.stringify(event)}\n`);
  }
}

/**
 * Puts a journal aside, damaged or not, so that the next agent begins anew.
 *
 * @throws {AgentError} `AGENT_ALREADY_RUNNING` while an agent uses it; `JOURNAL_UNAVAILABLE`.
 */
export async function resetJournal(directory: string): Promise<void> {
  const unlock = lockJournal(directory);
  try {
    process.stdout.write(`put aside as ${await putAside(journalPath(directory))}\n`);
  } finally {
    unlock();
  }
}

async function find(directory: string): Promise<Found> {
  try {
    return { scan: await readJournal(journalPath(directory)), damage: undefined };
  } catch (error) {
    if (!(error instanceof AgentError && error.cause instanceof CorruptRecord)) throw error;
    return { scan: error.cause.before, damage: error };
  }
}

function count({ head, events }: Scan): number {
  return head.sequence + events.length;
}
