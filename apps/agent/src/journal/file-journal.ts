import { randomUUID } from "node:crypto";
import { constants } from "node:fs";
import { type FileHandle, lstat, mkdir, open, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import {
  type AbortSignalLike,
  type Journal,
  type JournalBase,
  JournalConflictError,
  MemoryJournal,
  type RecordedEvent,
  type UnitEvent,
} from "@sync/manager";
import { AgentError } from "../errors.js";
import { lockFile } from "../lock.js";
import { bootId } from "./boot.js";
import { CorruptRecord, encode, type JournalHead, type Scan, scan } from "./records.js";

const { O_RDONLY, O_RDWR, O_CREAT, O_EXCL, O_NOFOLLOW } = constants;

/** A journal is not made shorter before it has this many bytes of events. */
const shortBytes = 4 * 1_048_576;

/** How a journal was found. */
export type Beginning = "new" | "kept" | "cut" | "of an earlier boot";

interface Place {
  readonly path: string;
  readonly unlock: () => void;
  /** How many events can be read again, at least. */
  readonly backlog: number;
}

/**
 * A journal in a file. What is appended is on the disk, as far as the system tells, before it is accepted.
 *
 * The file has one record for each append, so that an append is there whole or not at all. When it has grown
 * long it is written anew, with the state in the place of the events that have led to it; that takes its
 * place in one step, by `rename(2)`.
 */
export class FileJournal implements Journal {
  readonly base: JournalBase;
  readonly beginning: Beginning;
  readonly #path: string;
  readonly #unlock: () => void;
  readonly #memory: MemoryJournal;
  readonly #generation: string;
  readonly #boot: string;
  #file: FileHandle;
  #bytes: number;
  /** How many bytes make it long enough to be made shorter. */
  #longBytes: number;
  #failure: Error | undefined;
  /** Whether the file has got its name, and the directory has not been synced since. */
  #hasNewName = false;

  private constructor(
    place: Place & { readonly file: FileHandle },
    { head, events, wholeBytes }: Scan,
    beginning: Beginning,
  ) {
    const { sequence, generation, boot } = head;
    this.base = { sequence: sequence + events.length, events: [...head.events, ...events] };
    this.beginning = beginning;
    this.#path = place.path;
    this.#unlock = place.unlock;
    this.#file = place.file;
    this.#memory = new MemoryJournal({ capacity: place.backlog, base: { sequence, events: [] } });
    this.#generation = generation;
    this.#boot = boot;
    this.#bytes = wholeBytes;
    this.#longBytes = shortBytes + 2 * encode(head).length;
  }

  /**
   * Opens the journal in a directory, which is made if need be (0700); for this process alone. What was being
   * written when the last agent died is cut off. A journal of an earlier run of the machine is put aside as
   * `journal.old`, and a new one is begun: what ran then runs no more.
   *
   * @param backlog how many events can be read again, at least.
   * @throws {AgentError} `JOURNAL_CORRUPT`, `JOURNAL_UNAVAILABLE`, `AGENT_ALREADY_RUNNING`,
   * `LOCK_UNAVAILABLE`.
   * @remarks Cost: the bytes of the file, which is held in memory while it is read.
   */
  static async open(directory: string, backlog = 10_000): Promise<FileJournal> {
    const path = journalPath(directory);
    await attempt(directory, "make", () => makeDirectory(directory));
    const unlock = lockJournal(directory);
    const place = { path, unlock, backlog };
    try {
      const boot = bootId();
      await rm(`${path}.new`, { force: true });
      const found = await readJournal(path).catch((error: unknown) => {
        throw withNextStep(error, directory);
      });
      if (found === undefined) return await FileJournal.#begin(place, boot, "new");
      if (found.head.boot !== boot) {
        await putAside(path);
        return await FileJournal.#begin(place, boot, "of an earlier boot");
      }
      const file = await attempt(path, "open", () => open(path, O_RDWR | O_NOFOLLOW));
      const isWhole = (await file.stat()).size === found.wholeBytes;
      if (!isWhole) await attempt(path, "cut", () => cut(file, found.wholeBytes));
      const journal = new FileJournal({ ...place, file }, found, isWhole ? "kept" : "cut");
      await journal.#memory.append(found.events, found.head.sequence);
      return journal;
    } catch (error) {
      unlock();
      throw error;
    }
  }

  static async #begin(place: Place, boot: string, beginning: Beginning): Promise<FileJournal> {
    const { path } = place;
    const head: JournalHead = { journal: 1, generation: randomUUID(), boot, sequence: 0, events: [] };
    const { file, bytes } = await attempt(path, "begin", () => writeAnew(path, head));
    await attempt(path, "begin", () => syncDirectory(dirname(path)));
    return new FileJournal({ ...place, file }, { head, events: [], wholeBytes: bytes }, beginning);
  }

  /** Names what the journal holds: the same after every restart that loses nothing. */
  get generation(): string {
    return this.#generation;
  }

  get sequence(): number {
    return this.#memory.sequence;
  }

  /** Why nothing can be kept at the moment; `undefined` when all is well. */
  get failure(): Error | undefined {
    return this.#failure;
  }

  /** Where it is. */
  get path(): string {
    return this.#path;
  }

  /** How many bytes the file has. */
  get bytes(): number {
    return this.#bytes;
  }

  /** @throws {AgentError} `JOURNAL_UNAVAILABLE` when the disk does not take it; nothing of it is kept then. */
  async append(events: readonly UnitEvent[], expected: number): Promise<number> {
    if (expected !== this.sequence) throw new JournalConflictError(expected, this.sequence);
    const record = encode(events);
    try {
      // What a failed append has left behind goes first, for it may have been whole.
      if (this.#failure !== undefined) await cut(this.#file, this.#bytes);
      if (this.#hasNewName) await syncDirectory(dirname(this.#path));
      this.#hasNewName = false;
      await writeFully(this.#file, record, this.#bytes);
      await this.#file.datasync();
    } catch (cause) {
      const error = unavailable(this.#path, "write", cause);
      this.#failure = error;
      await cut(this.#file, this.#bytes).catch(() => undefined);
      throw error;
    }
    this.#failure = undefined;
    this.#bytes += record.length;
    return this.#memory.append(events, expected);
  }

  read(after: number, signal?: AbortSignalLike): AsyncIterable<RecordedEvent> {
    return this.#memory.read(after, signal);
  }

  /** Says whether the file has grown so long that {@link shorten} is due. */
  get isLong(): boolean {
    return this.#bytes > this.#longBytes;
  }

  /** Writes the file anew, with the state instead of the events that have led to it. A failure changes nothing. */
  async shorten(state: readonly UnitEvent[]): Promise<void> {
    const head: JournalHead = {
      journal: 1,
      generation: this.#generation,
      boot: this.#boot,
      sequence: this.sequence,
      events: state,
    };
    try {
      const { file, bytes } = await writeAnew(this.#path, head);
      const old = this.#file;
      this.#file = file;
      this.#bytes = bytes;
      this.#longBytes = shortBytes + 2 * bytes;
      this.#hasNewName = true;
      await old.close();
    } catch {
      // It stays as it is, and is tried again when it has grown on.
      this.#longBytes = 2 * this.#bytes;
    }
  }

  async close(): Promise<void> {
    await this.#file.close();
    this.#unlock();
  }
}

/**
 * What a journal file holds; `undefined` when there is none.
 *
 * @throws {AgentError} `JOURNAL_CORRUPT`, with the `CorruptRecord` as cause; `JOURNAL_UNAVAILABLE`.
 */
export async function readJournal(path: string): Promise<Scan | undefined> {
  let file: FileHandle;
  try {
    file = await open(path, O_RDONLY | O_NOFOLLOW);
  } catch (cause) {
    if (cause instanceof Error && "code" in cause && cause.code === "ENOENT") return undefined;
    throw unavailable(path, "open", cause);
  }
  try {
    return scan(await file.readFile());
  } catch (cause) {
    if (!(cause instanceof CorruptRecord)) throw unavailable(path, "read", cause);
    throw new AgentError("JOURNAL_CORRUPT", `the journal "${path}" is damaged: ${cause.message}`, { cause });
  } finally {
    await file.close();
  }
}

/** Whoever can write there could put another journal in its place. */
async function makeDirectory(path: string): Promise<void> {
  await mkdir(path, { recursive: true, mode: 0o700 });
  const stats = await lstat(path);
  if (!stats.isDirectory()) throw new Error("it is not a directory");
  if (stats.uid !== process.getuid?.()) throw new Error(`its directory belongs to user ${stats.uid}`);
  if ((stats.mode & 0o022) !== 0) throw new Error("others can write to its directory");
}

function withNextStep(error: unknown, directory: string): unknown {
  if (!(error instanceof AgentError) || error.code !== "JOURNAL_CORRUPT") return error;
  return new AgentError(error.code, `${error.message}\n  next: sync-agent journal check ${directory}`, {
    cause: error.cause,
  });
}

export function journalPath(directory: string): string {
  return join(directory, "journal");
}

/** @throws {AgentError} `AGENT_ALREADY_RUNNING`, `LOCK_UNAVAILABLE`. */
export function lockJournal(directory: string): () => void {
  return lockFile(join(directory, "lock"));
}

/** @returns where it is now. */
export async function putAside(path: string): Promise<string> {
  const old = `${path}.old`;
  await attempt(path, "put aside", () => rename(path, old));
  return old;
}

/** Puts a new journal in the place of whatever there is, in one step. The name is kept once its directory is synced. */
async function writeAnew(path: string, head: JournalHead): Promise<{ file: FileHandle; bytes: number }> {
  const record = encode(head);
  const fresh = `${path}.new`;
  const file = await open(fresh, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600);
  try {
    await writeFully(file, record, 0);
    await file.sync();
    await rename(fresh, path);
    return { file, bytes: record.length };
  } catch (error) {
    await file.close();
    await rm(fresh, { force: true });
    throw error;
  }
}

async function writeFully(file: FileHandle, bytes: Buffer, position: number): Promise<void> {
  for (let written = 0; written < bytes.length; ) {
    const { bytesWritten } = await file.write(bytes, written, bytes.length - written, position + written);
    written += bytesWritten;
  }
}

async function cut(file: FileHandle, bytes: number): Promise<void> {
  await file.truncate(bytes);
  await file.datasync();
}

async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, "r");
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

async function attempt<Result>(path: string, act: string, run: () => Promise<Result>): Promise<Result> {
  try {
    return await run();
  } catch (cause) {
    throw unavailable(path, act, cause);
  }
}

function unavailable(path: string, act: string, cause: unknown): AgentError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new AgentError("JOURNAL_UNAVAILABLE", `cannot ${act} the journal "${path}": ${why}`, { cause });
}
