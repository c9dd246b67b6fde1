import { closeSync, fstatSync, openSync, readSync, statSync } from "node:fs";
import { crc32 } from "node:zlib";
import type { UnitEvent } from "@sync/manager";

/** What a journal begins with. */
export interface Head {
  readonly generation: string;
  /** The number of the newest event then. */
  readonly sequence: number;
  readonly events: readonly UnitEvent[];
}

/** What a journal has got since the last look. */
export interface News {
  readonly events: readonly UnitEvent[];
  /** The beginning of the file that has taken its place meanwhile, and what follows that. */
  readonly anew: { readonly head: Head; readonly events: readonly UnitEvent[] } | undefined;
}

/**
 * Reads a journal as its decision page describes it, and shares no code with the agent. It holds the file open,
 * so that it sees the last of one that another has taken the place of.
 */
export class JournalReader implements Disposable {
  readonly #path: string;
  #file: number | undefined;
  /** Where the last whole append ends, and the checksum of all until then. */
  #end = { offset: 0, checksum: 0 };

  constructor(path: string) {
    this.#path = path;
  }

  /** Reads on to the last whole append; the agent must be dead. `undefined` when there is no journal yet. */
  read(): News | undefined {
    const events = this.#file === undefined ? [] : [...this.#appends(this.#file)].flat();
    const found = statSync(this.#path, { throwIfNoEntry: false });
    if (found === undefined) return undefined;
    if (this.#file !== undefined && fstatSync(this.#file).ino === found.ino) {
      return { events, anew: undefined };
    }
    this[Symbol.dispose]();
    this.#file = openSync(this.#path, "r");
    this.#end = { offset: 0, checksum: 0 };
    const [first = ""] = readFrom(this.#file, 0).split("\n");
    const head: Omit<Head, "events"> = JSON.parse(first.slice(9));
    const [state = [], ...appends] = this.#appends(this.#file);
    return { events, anew: { head: { ...head, events: state }, events: appends.flat() } };
  }

  [Symbol.dispose](): void {
    if (this.#file !== undefined) closeSync(this.#file);
  }

  /** The events of each append: of the records until one that says no more. A killed process leaves half of one at most. */
  *#appends(file: number): Generator<UnitEvent[], void, undefined> {
    let { offset, checksum } = this.#end;
    let append: UnitEvent[] = [];
    for (const line of readFrom(file, offset).split("\n").slice(0, -1)) {
      const json = line.slice(9);
      checksum = crc32(json, checksum);
      offset += Buffer.byteLength(line) + 1;
      if (line.slice(0, 8) !== checksum.toString(16).padStart(8, "0")) {
        throw new Error(`"${this.#path}" is damaged: ${line}`);
      }
      const { events, more }: { events?: UnitEvent[]; more?: true } = JSON.parse(json);
      // The first line of a journal has no events.
      if (events === undefined) continue;
      append.push(...events);
      if (more) continue;
      this.#end = { offset, checksum };
      yield append;
      append = [];
    }
  }
}

function readFrom(file: number, offset: number): string {
  const bytes = Buffer.alloc(fstatSync(file).size - offset);
  readSync(file, bytes, 0, bytes.length, offset);
  return bytes.toString("utf8");
}
