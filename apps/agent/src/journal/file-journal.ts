import { randomUUID } from "node:crypto";
import { constants } from "node:fs";
import { type FileHandle, open, rm, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
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
import type { FileLock } from "../lock.js";
import { type FileId, sameFile } from "../same-file.js";
import { bootId } from "./boot.js";
import {
  attempt,
  journalPath,
  lockJournal,
  makeDirectory,
  putAside,
  readJournal,
  unavailable,
} from "./directory.js";
import { cut, type OpenFile, syncDirectory, writeAnew, writeFully } from "./disk.js";
import { type JournalFailure, JournalHealth, type JournalObserver } from "./health.js";
import { encode, type Scan } from "./records.js";

const { O_RDWR, O_NOFOLLOW } = constants;

/** A journal is not made shorter before it has this many bytes of events. */
const shortBytes = 4 * 1_048_576;

/** How a journal was found. */
export type Beginning = "new" | "kept" | "cut" | "of an earlier run" | "of an unknown run";

/** How long who asks may be kept waiting by a journal that is being tried again, in ms. */
const probeMs = 500;

interface JournalOptions {
  /** How many events can be read again, at least. @default 10 000 */
  readonly backlog?: number;
  /** @default nobody */
  readonly observer?: JournalObserver;
}

/** A directory that is ours alone. */
interface Place extends JournalOptions {
  readonly directory: string;
  readonly lock: FileLock;
}

/**
 * A journal in a file. What is appended is on the disk, as far as the system tells, before it is accepted.
 *
 * The file has one record for each append, so that an append is there whole or not at all. When it has grown
 * long, or somebody has removed it, it is written anew, with the state in the place of the events that have
 * led to it; that takes its place in one step, by `rename(2)`.
 */
export class FileJournal implements Journal {
  readonly base: JournalBase;
  readonly beginning: Beginning;
  /** How many bytes were cut off. */
  readonly tornBytes: number;
  /** Names what the journal holds: the same after every restart that loses nothing. */
  readonly generation: string;
  /** Where it is. */
  readonly path: string;
  readonly #directory: string;
  readonly #lock: FileLock;
  readonly #boot: string;
  readonly #memory: MemoryJournal;
  readonly #observer: JournalObserver | undefined;
  readonly #health: JournalHealth;
  /** What is done to the file is done one after another. */
  #last: Promise<unknown> = Promise.resolve();
  #probe: Promise<void> | undefined;
  #file: FileHandle;
  #id: FileId;
  #bytes: number;
  /** How many bytes make it long enough to be made shorter. */
  #longBytes: number;
  /** Whether its name is known to be on the disk. */
  #isNamed = true;
  /** Whether a failed append may have left something behind. */
  #isUncut = false;
  /** How many bytes it would not take when it was written last. */
  #refusedBytes = 0;

  private constructor(
    { directory, lock, backlog = 10_000, observer }: Place,
    { file, stats }: OpenFile,
    { head, events, headBytes, wholeBytes, tornBytes }: Scan,
    beginning: Beginning,
  ) {
    const { sequence, generation, boot } = head;
    this.base = { sequence: sequence + events.length, events: [...head.events, ...events] };
    this.beginning = beginning;
    this.tornBytes = tornBytes;
    this.generation = generation;
    this.path = journalPath(directory);
    this.#directory = directory;
    this.#lock = lock;
    this.#boot = boot;
    this.#observer = observer;
    this.#health = new JournalHealth(observer);
    this.#memory = new MemoryJournal({ capacity: backlog, base: { sequence, events: [] } });
    this.#file = file;
    this.#id = stats;
    this.#bytes = wholeBytes;
    this.#longBytes = shortBytes + 2 * headBytes;
  }

  /**
   * Opens the journal in a directory, which is made if need be (0700); for this process alone. What was being
   * written when the last agent died is cut off. A journal of an earlier run of the machine, or of one that
   * has no name, is put aside as `journal.old`, and a new one is begun: what ran then runs no more.
   *
   * @throws {AgentError} `JOURNAL_CORRUPT`, `JOURNAL_UNAVAILABLE`, `AGENT_ALREADY_RUNNING`,
   * `LOCK_UNAVAILABLE`.
   * @remarks Cost: the bytes of the file, which is held in memory while it is read.
   */
  static async open(directory: string, options: JournalOptions = {}): Promise<FileJournal> {
    const path = journalPath(directory);
    await attempt(path, "make the directory of", () => makeDirectory(directory));
    const lock = lockJournal(directory);
    try {
      const place = { directory, lock, ...options };
      const boot = bootId();
      await attempt(path, "begin", () => rm(`${path}.new`, { force: true }));
      const found = await readJournal(path).catch((error: unknown) => {
        throw withNextStep(error, directory);
      });
      if (found === undefined) return await FileJournal.#begin(place, boot, "new");
      if (found.head.boot === boot) return await FileJournal.#goOn(place, found);
      await putAside(path);
      const beginning = boot === undefined ? "of an unknown run" : "of an earlier run";
      return await FileJournal.#begin(place, boot, beginning);
    } catch (error) {
      lock.release();
      throw error;
    }
  }

  static async #begin(place: Place, boot: string | undefined, beginning: Beginning): Promise<FileJournal> {
    const path = journalPath(place.directory);
    const head = { journal: 1, generation: randomUUID(), boot: boot ?? "", sequence: 0 } as const;
    const opened = await attempt(path, "begin", () => writeAnew(path, head, []));
    await attempt(path, "begin", () => syncDirectory(place.directory));
    const { size } = opened.stats;
    const scan = {
      head: { ...head, events: [] },
      events: [],
      headBytes: size,
      wholeBytes: size,
      tornBytes: 0,
    };
    return new FileJournal(place, opened, scan, beginning);
  }

  static async #goOn(place: Place, found: Scan): Promise<FileJournal> {
    const path = journalPath(place.directory);
    const file = await attempt(path, "open", () => open(path, O_RDWR | O_NOFOLLOW));
    try {
      const stats = await file.stat();
      if (found.tornBytes > 0) await cut(file, found.wholeBytes);
      const beginning = found.tornBytes > 0 ? "cut" : "kept";
      const journal = new FileJournal(place, { file, stats }, found, beginning);
      await journal.#memory.append(found.events, found.head.sequence);
      return journal;
    } catch (cause) {
      await file.close();
      throw unavailable(path, "cut", cause);
    }
  }

  get sequence(): number {
    return this.#memory.sequence;
  }

  /** Why nothing can be kept, as far as is known; `undefined` when all is well. */
  get failure(): JournalFailure | undefined {
    return this.#health.failure;
  }

  /** How many bytes the file has. */
  get bytes(): number {
    return this.#bytes;
  }

  /** @throws {AgentError} `JOURNAL_UNAVAILABLE` when the disk does not take it; nothing of it is kept then. */
  append(events: readonly UnitEvent[], expected: number, state: () => Iterable<UnitEvent>): Promise<number> {
    return this.#alone(async () => {
      if (expected !== this.sequence) throw new JournalConflictError(expected, this.sequence);
      const record = encode(expected + 1, events);
      const begun = performance.now();
      await this.#write(record, state);
      this.#bytes += record.length;
      this.#observer?.appended((performance.now() - begun) / 1000);
      this.#health.worked();
      return this.#memory.append(events, expected);
    });
  }

  /**
   * Tries whether a journal that has failed can be written by now: writes as much as it would not take, and takes
   * that back. Resolves when that is known, or takes too long for who asks.
   */
  async probe(state: () => Iterable<UnitEvent>): Promise<void> {
    if (this.failure === undefined) return;
    this.#probe ??= this.#alone(() => this.#tryAgain(state)).finally(() => {
      this.#probe = undefined;
    });
    await Promise.race([this.#probe, sleep(probeMs, undefined, { ref: false })]);
  }

  read(after: number, signal?: AbortSignalLike): AsyncIterable<RecordedEvent> {
    return this.#memory.read(after, signal);
  }

  async close(): Promise<void> {
    try {
      await this.#takeBack().catch(() => undefined);
      await this.#file.close();
    } finally {
      this.#lock.release();
    }
  }

  /** Runs when all that was asked for before has ended. */
  #alone<Result>(run: () => Promise<Result>): Promise<Result> {
    const result = this.#last.then(run);
    this.#last = result.catch(() => undefined);
    return result;
  }

  async #tryAgain(state: () => Iterable<UnitEvent>): Promise<void> {
    if (this.failure === undefined) return;
    try {
      await this.#write(Buffer.alloc(this.#refusedBytes), state);
      this.#isUncut = true;
      await this.#takeBack();
      this.#health.worked();
    } catch {
      // It is as it was.
    }
  }

  /** Puts a record on the disk, after what is whole; it counts when `#bytes` includes it. */
  async #write(record: Buffer, state: () => Iterable<UnitEvent>): Promise<void> {
    try {
      await this.#prepare(state);
      this.#isUncut = true;
      await writeFully(this.#file, record, this.#bytes);
      await this.#file.datasync();
      this.#isUncut = false;
    } catch (cause) {
      const error = unavailable(this.path, "write", cause);
      this.#refusedBytes = record.length;
      await this.#takeBack().catch(() => undefined);
      this.#health.failed(error);
      throw error;
    }
  }

  /** Sees to it that what is appended is found by the next agent, and by no other one now. */
  async #prepare(state: () => Iterable<UnitEvent>): Promise<void> {
    if (!(await this.#isInPlace())) {
      // The directory is ours to make again; what it was in is not.
      await stat(dirname(this.#directory));
      await makeDirectory(this.#directory);
      await this.#lock.renew();
      await this.#writeAnew(state());
    }
    await this.#takeBack();
    if (this.#bytes > this.#longBytes) await this.#shorten(state());
  }

  /** Whether the file and the lock have their names, and the file its length: anybody may have removed them. */
  async #isInPlace(): Promise<boolean> {
    const [file, isLocked] = await Promise.all([sameFile(this.path, this.#id), this.#lock.isInPlace()]);
    const isWhole = file?.size === this.#bytes || this.#isUncut;
    return file !== undefined && isWhole && isLocked && this.#isNamed;
  }

  /** What a failed append has left behind may have been whole. */
  async #takeBack(): Promise<void> {
    if (this.#isUncut) await cut(this.#file, this.#bytes);
    this.#isUncut = false;
  }

  async #shorten(state: Iterable<UnitEvent>): Promise<void> {
    try {
      await this.#writeAnew(state);
    } catch (error) {
      if (!this.#isNamed) throw error;
      // It stays as it is, and is tried again when it has grown on.
      this.#longBytes = 2 * this.#bytes;
    }
  }

  async #writeAnew(state: Iterable<UnitEvent>): Promise<void> {
    const { generation, sequence } = this;
    const head = { journal: 1, generation, boot: this.#boot, sequence } as const;
    const { file, stats } = await writeAnew(this.path, head, state);
    const old = this.#file;
    this.#file = file;
    this.#id = stats;
    this.#bytes = stats.size;
    this.#longBytes = shortBytes + 2 * stats.size;
    this.#isUncut = false;
    this.#isNamed = false;
    await old.close().catch(() => undefined);
    await syncDirectory(this.#directory);
    this.#isNamed = true;
  }
}

function withNextStep(error: unknown, directory: string): unknown {
  if (!(error instanceof AgentError) || error.code !== "JOURNAL_CORRUPT") return error;
  return new AgentError(error.code, `${error.message}\n  next: sync-agent journal check ${directory}`, {
    cause: error.cause,
  });
}
