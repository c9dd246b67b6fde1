import { lstat } from "node:fs/promises";
import type { UnitEvent } from "@sync/manager";
import { AgentError } from "../errors.js";
import { print } from "../stdio.js";
import { bootId } from "./boot.js";
import { journalPath, lockJournal, putAside, readJournal, unavailable } from "./directory.js";
import { CorruptRecord, type Scan } from "./reader.js";

/** A journal that is not whole. */
interface Damage {
  readonly damage: AgentError;
  /** The events before it; `undefined` when there is not even a head. */
  readonly before: readonly UnitEvent[] | undefined;
}

/**
 * Says on stdout how a journal is. Changes nothing, also while an agent uses it.
 *
 * @throws {AgentError} `JOURNAL_CORRUPT`, `JOURNAL_UNAVAILABLE`.
 */
export async function checkJournal(directory: string): Promise<void> {
  const found = await find(directory);
  if (!("damage" in found)) return print([`ok: ${describe(found)}\n`]);
  const { damage, before } = found;
  const reset = `sync-agent journal reset ${directory}`;
  const [what, next] =
    before === undefined
      ? ["there is nothing to keep", reset]
      : [
          `before it: ${before.length} events`,
          `sync-agent journal export ${directory}, to keep those; then ${reset}`,
        ];
  throw new AgentError("JOURNAL_CORRUPT", `${damage.message}; ${what}\n  next: ${next}`);
}

/**
 * Prints a journal, or what is before its damage, as lines of JSON, an event each. Changes nothing.
 *
 * @throws {AgentError} `JOURNAL_CORRUPT` when that is not all, after it is printed; `JOURNAL_UNAVAILABLE`.
 */
export async function exportJournal(directory: string): Promise<void> {
  const found = await find(directory);
  if (!("damage" in found)) return print(linesOf(found.state, found.events));
  const { damage, before = [] } = found;
  print(linesOf(before));
  throw damage;
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
    print([`put aside as ${await putAside(path)}\n`]);
  } finally {
    lock.release();
  }
}

async function find(directory: string): Promise<Scan | Damage> {
  try {
    const scan = await readJournal(journalPath(directory));
    if (scan !== undefined) return scan;
  } catch (error) {
    if (!(error instanceof AgentError && error.cause instanceof CorruptRecord)) throw error;
    return { damage: error, before: error.cause.before };
  }
  throw new AgentError("JOURNAL_UNAVAILABLE", `there is no journal in "${directory}"`);
}

function describe({ head, events, tornBytes }: Scan): string {
  const count = head.sequence + events.length;
  const torn = tornBytes === 0 ? "" : `, and ${tornBytes} bytes of one that is not whole`;
  const run = head.boot === bootId() ? "" : ", of an earlier run of the machine";
  return `${count} events${torn}; generation ${head.generation}${run}`;
}

function* linesOf(...lists: readonly (readonly UnitEvent[])[]): Generator<string, void, undefined> {
  for (const list of lists) {
    for (const event of list) yield `${JSON.stringify(event)}\n`;
  }
}
