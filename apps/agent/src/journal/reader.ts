import type { UnitEvent } from "@sync/manager";
import {
  beginning,
  decode,
  type End,
  isHead,
  isPiece,
  type JournalHead,
  longestRecord,
  newline,
  type Piece,
} from "./records.js";

/** What a journal holds. */
export interface Scan {
  readonly head: JournalHead;
  /** What it was begun with. */
  readonly state: UnitEvent[];
  /** What was appended since. */
  readonly events: UnitEvent[];
  /** How many bytes it had when it was begun. */
  readonly begunBytes: number;
  /** Where the last append ends that is whole. */
  readonly end: End;
  /** How many bytes follow, which were being written when the agent died. */
  readonly tornBytes: number;
}

/** Something is not what was written. */
export class CorruptRecord extends Error {
  /** The events before it; `undefined` when there is not even a head. */
  readonly before: readonly UnitEvent[] | undefined;

  constructor(what: string, before: readonly UnitEvent[] | undefined) {
    super(what);
    this.before = before;
  }
}

const noJournal = "it does not begin as a journal does";

/** @throws {CorruptRecord} when a file that begins like this is no journal. */
export function headOf(bytes: Buffer): JournalHead {
  const end = bytes.indexOf(newline);
  return asHead(end === -1 ? undefined : decode(bytes.subarray(0, end), beginning.checksum)?.content);
}

function asHead(content: unknown): JournalHead {
  if (isHead(content)) return content;
  throw new CorruptRecord(noJournal, undefined);
}

/**
 * Takes the bytes of a journal as they come, and says what they hold.
 *
 * A killed agent leaves the beginning of what it was writing: records that are whole, but not all of an append, and one
 * without its newline. Whatever else is not a record has been one, and was acknowledged.
 */
export class JournalReader {
  readonly #state: UnitEvent[] = [];
  readonly #events: UnitEvent[] = [];
  readonly #names = new Map<string, string>();
  #head: JournalHead | undefined;
  #begunBytes = 0;
  /** Where the records end. */
  #read = beginning;
  /** Where the last append ends that is whole, and how many events there are until then. */
  #whole = { end: beginning, events: 0 };
  /** What is behind the last newline. */
  #rest = Buffer.alloc(0);
  #bytes = 0;

  /** @throws {CorruptRecord} */
  add(chunk: Buffer): void {
    const bytes = Buffer.concat([this.#rest, chunk]);
    let from = 0;
    for (let end = bytes.indexOf(newline); end !== -1; end = bytes.indexOf(newline, from)) {
      this.#take(bytes.subarray(from, end));
      from = end + 1;
    }
    // What is longer is no record, and need not be held.
    this.#rest = bytes.subarray(from, from + longestRecord);
    this.#bytes += chunk.length;
  }

  /** @throws {CorruptRecord} when the last record has lost its newline, or a part of the state is missing. */
  end(): Scan {
    if (this.#head === undefined) throw this.#corrupt();
    if (this.#begunBytes === 0)
      throw new CorruptRecord(
        `it ends at byte ${this.#bytes}, within the state that it was begun with`,
        this.#all(),
      );
    // It was written to its end, and its end is another one.
    if (this.#decode(this.#rest.subarray(0, -1)) !== undefined) throw this.#corrupt();
    const { end, events } = this.#whole;
    this.#events.length = events;
    return {
      head: this.#head,
      state: this.#state,
      events: this.#events,
      begunBytes: this.#begunBytes,
      end,
      tornBytes: this.#bytes - end.bytes,
    };
  }

  #take(line: Buffer): void {
    const record = this.#decode(line);
    if (record === undefined) throw this.#corrupt();
    this.#read = { bytes: this.#read.bytes + line.length + 1, checksum: record.checksum };
    if (this.#head === undefined) this.#head = asHead(record.content);
    else if (isPiece(record.content)) this.#takePiece(record.content);
  }

  #takePiece({ more, events }: Piece): void {
    const isState = this.#begunBytes === 0;
    const list = isState ? this.#state : this.#events;
    for (const event of events) list.push(this.#withSharedNames(event));
    if (more === true) return;
    if (isState) this.#begunBytes = this.#read.bytes;
    this.#whole = { end: this.#read, events: this.#events.length };
  }

  /** A name can be long, and be in as many events as there are dependencies: it is held once. */
  #withSharedNames(event: UnitEvent): UnitEvent {
    const unit = this.#shared(event.unit);
    if (event.type !== "wanted") return { ...event, unit };
    return { ...event, unit, dependency: this.#shared(event.dependency) };
  }

  #shared(name: string): string {
    const known = this.#names.get(name);
    if (known === undefined) this.#names.set(name, name);
    return known ?? name;
  }

  #decode(line: Buffer) {
    return decode(line, this.#read.checksum);
  }

  #corrupt(): CorruptRecord {
    if (this.#head === undefined) return new CorruptRecord(noJournal, undefined);
    return new CorruptRecord(`the record at byte ${this.#read.bytes} is not what was written`, this.#all());
  }

  #all(): UnitEvent[] {
    return [...this.#state, ...this.#events];
  }
}
