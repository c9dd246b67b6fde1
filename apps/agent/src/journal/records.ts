import { crc32 } from "node:zlib";
import type { JournalBase, UnitEvent } from "@sync/manager";

/** What the first record of a journal says. */
export interface JournalHead extends JournalBase {
  /** The format; another number is of another version. */
  readonly journal: 1;
  /** Names this journal: what is in it is known to every agent that has it. */
  readonly generation: string;
  /** Names the run of the machine in which it was begun. */
  readonly boot: string;
}

/** What a journal's bytes hold. */
export interface Scan {
  readonly head: JournalHead;
  readonly events: readonly UnitEvent[];
  /** How many bytes are whole records; what follows was being written when the agent or the machine died. */
  readonly wholeBytes: number;
}

/** A record that is neither whole nor the last. */
export class CorruptRecord extends Error {
  /** What is before it; `undefined` when it is the first. */
  readonly before: Scan | undefined;

  constructor(offset: number, before: Scan | undefined) {
    super(`the record at byte ${offset} is not what was written, and it is not the last`);
    this.before = before;
  }
}

const newline = 0x0a;
const checksumBytes = 9;

/** A record is a line: the checksum of its JSON, as eight hexadecimal digits, a blank, and the JSON. */
export function encode(content: JournalHead | readonly UnitEvent[]): Buffer {
  const json = Buffer.from(JSON.stringify(content));
  return Buffer.concat([Buffer.from(`${checksum(json)} `), json, Buffer.from("\n")]);
}

/**
 * Reads all records: the head, and then one for everything that was appended at once.
 *
 * @throws {CorruptRecord} when one that is not the last is damaged, or the head is: a record is only cut
 * short where the writing has ended.
 */
export function scan(bytes: Buffer): Scan {
  let head: JournalHead | undefined;
  const events: UnitEvent[] = [];
  let offset = 0;
  for (;;) {
    const end = bytes.indexOf(newline, offset);
    const content = end === -1 ? undefined : decode(bytes.subarray(offset, end));
    if (content === undefined) {
      const before = head && { head, events, wholeBytes: offset };
      if (before === undefined || hasRecordAfter(bytes, end)) throw new CorruptRecord(offset, before);
      return before;
    }
    if (head === undefined) {
      if (!isHead(content)) throw new CorruptRecord(offset, undefined);
      head = content;
    } else {
      if (!Array.isArray(content)) throw new CorruptRecord(offset, { head, events, wholeBytes: offset });
      for (const event of content) events.push(event);
    }
    offset = end + 1;
  }
}

function decode(line: Buffer): unknown {
  const json = line.subarray(checksumBytes);
  const begin = line.subarray(0, checksumBytes).toString("latin1");
  return begin === `${checksum(json)} ` ? JSON.parse(json.toString()) : undefined;
}

function checksum(json: Buffer): string {
  return crc32(json).toString(16).padStart(8, "0");
}

/** What is torn has nothing whole behind it. */
function hasRecordAfter(bytes: Buffer, damagedEnd: number): boolean {
  for (let from = damagedEnd + 1, end: number; damagedEnd !== -1; from = end + 1) {
    end = bytes.indexOf(newline, from);
    if (end === -1) return false;
    if (decode(bytes.subarray(from, end)) !== undefined) return true;
  }
  return false;
}

function isHead(content: unknown): content is JournalHead {
  return typeof content === "object" && content !== null && "journal" in content && content.journal === 1;
}
