import type { UnitEvent } from "./events.js";
import type { AbortSignalLike } from "./waiters.js";

/** Another writer has appended first. */
export class JournalConflictError extends Error {
  readonly code = "JOURNAL_CONFLICT";

  constructor(expected: number, newest: number) {
    super(`cannot append after event ${expected}: the newest one is ${newest}`);
    this.name = "JournalConflictError";
  }
}

/** An event and its number; the first one is 1, and there are no gaps. */
export interface RecordedEvent {
  readonly sequence: number;
  readonly event: UnitEvent;
}

/** What there was when a journal was opened. */
export interface JournalBase {
  /** The number of the newest event then; 0 when there was none. */
  readonly sequence: number;
  /** Events that give the state of that moment; perhaps fewer than have led to it. To be read once, if at all. */
  readonly events: Iterable<UnitEvent>;
}

/** Where events are kept. Nobody is answered before the journal has accepted. */
export interface Journal {
  readonly base: JournalBase;

  /** The number of the newest event; 0 when there is none. */
  readonly sequence: number;

  /**
   * Keeps events, all or none, if `expected` is still the newest number.
   *
   * @param state events that give what there is before these, for a journal that must begin anew: it has
   * grown long, or somebody has removed it. Can be read until the promise is settled.
   * @returns the number of the last of them.
   * @throws {JournalConflictError} when another writer was first.
   */
  append(events: readonly UnitEvent[], expected: number, state: () => Iterable<UnitEvent>): Promise<number>;

  /**
   * Yields what follows `after`, first what is kept and then what comes, until `signal` aborts. Ends
   * at once if events after `after` are no longer kept, and ends when its reader has fallen behind so far.
   */
  read(after: number, signal?: AbortSignalLike): AsyncIterable<RecordedEvent>;
}

/** A journal that lives as long as the process, and keeps the newest events only. */
export class MemoryJournal implements Journal {
  readonly base: JournalBase;
  readonly #capacity: number;
  #events: UnitEvent[] = [];
  /** How many events came before the first one that is kept. */
  #dropped = 0;
  readonly #readers = new Set<() => void>();

  /**
   * @param options.capacity how many events are kept at least. @default 10 000
   * @param options.base what was before. @default nothing
   */
  constructor(options: { readonly capacity?: number; readonly base?: JournalBase } = {}) {
    this.#capacity = options.capacity ?? 10_000;
    this.base = options.base ?? { sequence: 0, events: [] };
    this.#dropped = this.base.sequence;
  }

  get sequence(): number {
    return this.#dropped + this.#events.length;
  }

  append(events: readonly UnitEvent[], expected: number): Promise<number> {
    if (expected !== this.sequence) {
      return Promise.reject(new JournalConflictError(expected, this.sequence));
    }
    for (const event of events) this.#events.push(event);
    if (this.#events.length > 2 * this.#capacity) this.#drop(this.#events.length - this.#capacity);
    for (const wake of this.#readers) wake();
    return Promise.resolve(this.sequence);
  }

  async *read(after: number, signal?: AbortSignalLike): AsyncGenerator<RecordedEvent, void, undefined> {
    for (let sequence = after + 1; signal?.aborted !== true; sequence += 1) {
      if (sequence > this.sequence) await this.#next(signal);
      if (signal?.aborted || sequence <= this.#dropped) return;
      const event = this.#events[sequence - this.#dropped - 1];
      if (event !== undefined) yield { sequence, event };
    }
  }

  /** Dropping half at a time keeps the cost of an append constant on average. */
  #drop(events: number): void {
    this.#events = this.#events.slice(events);
    this.#dropped += events;
  }

  #next(signal: AbortSignalLike | undefined): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        this.#readers.delete(wake);
        signal?.removeEventListener("abort", wake);
        resolve();
      };
      this.#readers.add(wake);
      signal?.addEventListener("abort", wake);
    });
  }
}
