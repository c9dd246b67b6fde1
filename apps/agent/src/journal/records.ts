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
  /** How many bytes the head has. */
  readonly headBytes: number;
  /** How many bytes are whole records. */
  readonly wholeBytes: number;
  /** How many bytes follow, which were being written when the agent or the machine died. */
  readonly tornBytes: number;
}

/** A record that is neither whole nor the last. */
export class CorruptRecord extends Error {
  /** What is before it; `undefined` when it is the first. */
  readonly before: Scan | undefined;

  constructor(offset: number, before: Scan | undefined) {
    super(
      before === undefined
        ? "it does not begin as a journal does"
        : `the record at byte ${offset} is not what was written, and it is not the last`,
    );
    this.before = before;
  }
}

const newline = 0x0a;

/** How many bytes of a record come before its JSON. */
export const checksumBytes = 9;

/** In characters: between two pieces everything else has its turn. */
const pieceLength = 65_536;

/**
 * A record is a line: the checksum of its JSON, as eight hexadecimal digits, a blank, and the JSON. The first is the
 * head; the others are a list of events that were appended at once, with the number of the first of them before it.
 */
export function encode(sequence: number, events: readonly UnitEvent[]): Buffer {
  const json = Buffer.from(JSON.stringify([sequence, ...events]));
  return Buffer.concat([encodeChecksum(crc32(json)), json, Buffer.from("\n")]);
}

/** The JSON of a head, piece by piece: a state can be long. */
export function* headJson(
  head: Omit<JournalHead, "events">,
  state: Iterable<UnitEvent>,
): Generator<Buffer, void, undefined> {
  let json = `${JSON.stringify(head).slice(0, -1)},"events":[`;
  let separator = "";
  for (const event of state) {
    json += separator + JSON.stringify(event);
    separator = ",";
    if (json.length < pieceLength) continue;
    yield Buffer.from(json);
    json = "";
  }
  yield Buffer.from(`${json}]}`);
}

export function encodeChecksum(checksum: number): Buffer {
  return Buffer.from(`${checksum.toString(16).padStart(8, "0")} `);
}

/**
 * Reads all records: the head, and then one for everything that was appended at once.
 *
 * @throws {CorruptRecord} when one that is not the last is damaged, one does not follow the one before it, or the
 * head is damaged: a record is only cut short where the writing has ended.
 */
export function scan(bytes: Buffer): Scan {
  const headBytes = bytes.indexOf(newline) + 1;
  const head = decode(bytes.subarray(0, Math.max(0, headBytes - 1)));
  if (!isHead(head)) throw new CorruptRecord(0, undefined);
  const events: UnitEvent[] = [];
  for (let offset = headBytes; ; ) {
    const end = bytes.indexOf(newline, offset);
    const content = end === -1 ? undefined : decode(bytes.subarray(offset, end));
    if (!Array.isArray(content) || content[0] !== head.sequence + events.length + 1) {
      const tornBytes = bytes.length - offset;
      const whole = { head, events, headBytes, wholeBytes: offset, tornBytes };
      if (content !== undefined || hasRecordAfter(bytes, end)) throw new CorruptRecord(offset, whole);
      return whole;
    }
    for (const event of content.slice(1)) events.push(event);
    offset = end + 1;
  }
}

function decode(line: Buffer): unknown {
  const json = line.subarray(checksumBytes);
  const isWhole = line.subarray(0, checksumBytes).equals(encodeChecksum(crc32(json)));
  // Nothing at all has a checksum, too.
  return isWhole && json.length > 0 ? JSON.parse(json.toString()) : undefined;
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
