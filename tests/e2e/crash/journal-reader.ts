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
  #offset = 0;
  /** The number of the newest event. */
  #sequence = 0;

  constructor(path: string) {
    this.#path = path;
  }

  /** Reads on to the last whole record; the agent must be dead. `undefined` when there is no journal yet. */
  read(): News | undefined {
    const events = this.#file === undefined ? [] : this.#events(this.#lines(this.#file));
    const found = statSync(this.#path, { throwIfNoEntry: false });
    if (found === undefined) return undefined;
    if (this.#file !== undefined && fstatSync(this.#file).ino === found.ino) {
      return { events, anew: undefined };
    }
    this[Symbol.dispose]();
    this.#file = openSync(this.#path, "r");
    this.#offset = 0;
    const [first = "", ...lines] = this.#lines(this.#file);
    const head: Head = JSON.parse(this.#json(first));
    this.#sequence = head.sequence;
    return { events, anew: { head, events: this.#events(lines) } };
  }

  [Symbol.dispose](): void {
    if (this.#file !== undefined) closeSync(this.#file);
  }

  /** A process that is killed leaves at most one line without its end. */
  #lines(file: number): string[] {
    const bytes = Buffer.alloc(fstatSync(file).size - this.#offset);
    readSync(file, bytes, 0, bytes.length, this.#offset);
    const whole = bytes.lastIndexOf("\n") + 1;
    this.#offset += whole;
    return bytes.toString("utf8", 0, whole).split("\n").slice(0, -1);
  }

  #events(lines: readonly string[]): UnitEvent[] {
    return lines.flatMap((line) => {
      const [sequence, ...events]: [number, ...UnitEvent[]] = JSON.parse(this.#json(line));
      if (sequence !== this.#sequence + 1) throw new Error(`${line} does not follow event ${this.#sequence}`);
      this.#sequence += events.length;
      return events;
    });
  }

  #json(line: string): string {
    const json = line.slice(9);
    if (line.slice(0, 8) === crc32(json).toString(16).padStart(8, "0")) return json;
    throw new Error(`"${this.#path}" is damaged: ${line}`);
  }
}
