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
  readHead,
  readJournal,
  unavailable,
} from "./directory.js";
import { cut, type OpenFile, syncDirectory, writeAnew, writeFully, writeRecords } from "./disk.js";
import { type JournalFailure, JournalHealth, type JournalObserver } from "./health.js";
import type { Scan } from "./reader.js";
import { type End, longestRecord, piecesOf, recordBytes } from "./records.js";

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
 * An append is there whole or not at all. When the file has grown long, or somebody has removed it, it is written
 * anew, with the state in the place of the events that have led to it; that takes its place in one step, by
 * `rename(2)`.
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
  /** Where that ends which was accepted. */
  #end: End;
  /** How many bytes make it long enough to be made shorter. */
  #longBytes: number;
  /** Whether its name is known to be on the disk. */
  #isNamed = true;
  /** Whether a failed append may have left something behind. */
  #isUncut = false;
  /** How many bytes it would not take when it was written last; those of a record at most. */
  #refusedBytes = 0;

  private constructor(
    { directory, lock, backlog = 10_000, observer }: Place,
    { file, stats }: OpenFile,
    found: Scan,
    beginning: Beginning,
  ) {
    const { head, events, begunBytes, end, tornBytes } = found;
    const { sequence, generation, boot } = head;
    this.base = { sequence: sequence + events.length, events: handOut(found) };
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
    this.#end = end;
    this.#longBytes = shortBytes + 2 * begunBytes;
  }

  /**
   * Opens the journal in a directory, which is made if need be (0700); for this process alone. What was being
   * written when the last agent died is cut off. A journal of an earlier run of the machine, or of one that
   * has no name, is put aside as `journal.old`, and a new one is begun: what ran then runs no more.
   *
   * @throws {AgentError} `JOURNAL_CORRUPT`, `JOURNAL_UNAVAILABLE`, `AGENT_ALREADY_RUNNING`,
   * `LOCK_UNAVAILABLE`.
   * @remarks Cost: the bytes of the file. What it holds is in memory until {@link base} has been read.
   */
  static async open(directory: string, options: JournalOptions = {}): Promise<FileJournal> {
    const path = journalPath(directory);
    await attempt(path, "make the directory of", () => makeDirectory(directory));
    const lock = lockJournal(directory);
    try {
      const place = { directory, lock, ...options };
      const boot = bootId();
      await attempt(path, "begin", () => rm(`${path}.new`, { force: true }));
      const head = await readHead(path);
      // The rest of another run's is not looked at: where the machine has lost power, it can be anything.
      const found = head?.boot === boot ? await readJournal(path) : undefined;
      if (found !== undefined) return await FileJournal.#goOn(place, found);
      if (head === undefined) return await FileJournal.#begin(place, boot, "new");
      await putAside(path);
      const beginning = boot === undefined ? "of an unknown run" : "of an earlier run";
      return await FileJournal.#begin(place, boot, beginning);
    } catch (error) {
      lock.release();
      throw withNextStep(error, directory);
    }
  }

  static async #begin(place: Place, boot: string | undefined, beginning: Beginning): Promise<FileJournal> {
    const path = journalPath(place.directory);
    const head = { journal: 1, generation: randomUUID(), boot: boot ?? "", sequence: 0 } as const;
    const opened = await attempt(path, "begin", () => writeAnew(path, head, []));
    try {
      await attempt(path, "begin", () => syncDirectory(place.directory));
    } catch (error) {
      await opened.file.close();
      throw error;
    }
    const { end } = opened;
    const scan = { head, state: [], events: [], begunBytes: end.bytes, end, tornBytes: 0 };
    return new FileJournal(place, opened, scan, beginning);
  }

  static async #goOn(place: Place, found: Scan): Promise<FileJournal> {
    const path = journalPath(place.directory);
    const file = await attempt(path, "open", () => open(path, O_RDWR | O_NOFOLLOW));
    try {
      const stats = await file.stat();
      if (found.tornBytes > 0) await cut(file, found.end.bytes);
      const beginning = found.tornBytes > 0 ? "cut" : "kept";
      const journal = new FileJournal(place, { file, stats }, found, beginning);
      await journal.#memory.append(found.events, found.head.sequence);
      return journal;
    } catch (cause) {
      await file.close();
      throw unavailable(path, "cut", cause);
    }
  }

  /** Whether it has what an agent before has written, in this run of the machine. */
  get isContinued(): boolean {
    return this.beginning === "kept" || this.beginning === "cut";
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
    return this.#end.bytes;
  }

  /** @throws {AgentError} `JOURNAL_UNAVAILABLE` when the disk does not take it; nothing of it is kept then. */
  append(events: readonly UnitEvent[], expected: number, state: () => Iterable<UnitEvent>): Promise<number> {
    return this.#alone(async () => {
      if (expected !== this.sequence) throw new JournalConflictError(expected, this.sequence);
      const begun = performance.now();
      try {
        this.#end = await this.#write(() => writeRecords(this.#file, piecesOf(events), this.#end), state);
      } catch (error) {
        this.#refusedBytes = recordBytes(piecesOf(events), longestRecord);
        throw error;
      }
      this.#observer?.appended((performance.now() - begun) / 1000);
      this.#health.worked();
      return this.#memory.append(events, expected);
    });
  }

  /**
   * Tries whether a journal that has failed can be written by now: writes as much as it would not take, or as a
   * record may have, and takes that back. Resolves when that is known, or takes too long for who asks.
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
      const zeros = Buffer.alloc(this.#refusedBytes);
      await this.#write(() => writeFully(this.#file, zeros, this.#end.bytes), state);
      this.#isUncut = true;
      await this.#takeBack();
      this.#health.worked();
    } catch {
      // It is as it was.
    }
  }

  /** Puts something on the disk, after what is whole; it counts when `#end` is behind it. */
  async #write<Result>(write: () => Promise<Result>, state: () => Iterable<UnitEvent>): Promise<Result> {
    try {
      await this.#prepare(state);
      this.#isUncut = true;
      const result = await write();
      await this.#file.datasync();
      this.#isUncut = false;
      return result;
    } catch (cause) {
      const error = unavailable(this.path, "write", cause);
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
    if (this.#end.bytes > this.#longBytes) await this.#shorten(state());
  }

  /** Whether the file and the lock have their names, and the file its length: anybody may have removed them. */
  async #isInPlace(): Promise<boolean> {
    const [file, isLocked] = await Promise.all([sameFile(this.path, this.#id), this.#lock.isInPlace()]);
    const isWhole = file?.size === this.#end.bytes || this.#isUncut;
    return file !== undefined && isWhole && isLocked && this.#isNamed;
  }

  /** What a failed append has left behind may have been whole. */
  async #takeBack(): Promise<void> {
    if (this.#isUncut) await cut(this.#file, this.#end.bytes);
    this.#isUncut = false;
  }

  async #shorten(state: Iterable<UnitEvent>): Promise<void> {
    try {
      await this.#writeAnew(state);
    } catch (error) {
      if (!this.#isNamed) throw error;
      // It stays as it is, and is tried again when it has grown on.
      this.#longBytes = 2 * this.#end.bytes;
    }
  }

  async #writeAnew(state: Iterable<UnitEvent>): Promise<void> {
    const { generation, sequence } = this;
    const head = { journal: 1, generation, boot: this.#boot, sequence } as const;
    const { file, stats, end } = await writeAnew(this.path, head, state);
    const old = this.#file;
    this.#file = file;
    this.#id = stats;
    this.#end = end;
    this.#longBytes = shortBytes + 2 * end.bytes;
    this.#isUncut = false;
    this.#isNamed = false;
    await old.close().catch(() => undefined);
    await syncDirectory(this.#directory);
    this.#isNamed = true;
  }
}

/** Lets go of what it hands out: there can be far more events than what comes of them. */
function* handOut({ state, events }: Scan): Generator<UnitEvent, void, undefined> {
  yield* state.splice(0);
  yield* events.splice(0);
}

function withNextStep(error: unknown, directory: string): unknown {
  if (!(error instanceof AgentError) || error.code !== "JOURNAL_CORRUPT") return error;
  return new AgentError(error.code, `${error.message}\n  next: sync-agent journal check ${directory}`, {
    cause: error.cause,
  });
}
