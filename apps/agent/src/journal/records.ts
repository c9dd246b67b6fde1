import { crc32 } from "node:zlib";
import type { UnitEvent } from "@sync/manager";

/** What the first record of a journal says. */
export interface JournalHead {
  /** The format; another number is of another version. */
  readonly journal: 1;
  /** Names this journal: what is in it is known to every agent that has it. */
  readonly generation: string;
  /** Names the run of the machine in which it was begun. */
  readonly boot: string;
  /** The number of the newest event when it was begun. */
  readonly sequence: number;
}

/** What every other record says. */
export interface Piece {
  /** Whether the next record is of the same append; there is all of an append, or nothing. */
  readonly more?: true;
  readonly events: readonly UnitEvent[];
}

/** Where the records of a journal end, and the checksum of all of them. */
export interface End {
  readonly bytes: number;
  readonly checksum: number;
}

/** Where a journal begins. */
export const beginning: End = { bytes: 0, checksum: 0 };

export const newline = 0x0a;

/** In bytes: an event is far shorter, and so is what one reads at once. */
export const longestRecord = 1_048_576;

/** How many bytes of a record come before its JSON. */
const checksumBytes = 9;

/** In characters: between two pieces everything else has its turn. */
const pieceLength = 65_536;

/** What a journal says that begins with a state, record by record. */
export function* beginWith(
  head: JournalHead,
  state: Iterable<UnitEvent>,
): Generator<string, void, undefined> {
  yield JSON.stringify(head);
  yield* piecesOf(state);
}

/** What the records of an append say: a state can be long, and so can what one command brings about. */
export function* piecesOf(events: Iterable<UnitEvent>): Generator<string, void, undefined> {
  let json = "";
  for (const event of events) {
    if (json.length >= pieceLength) {
      yield `{"more":true,"events":[${json}]}`;
      json = "";
    }
    json += (json && ",") + JSON.stringify(event);
  }
  yield `{"events":[${json}]}`;
}

/**
 * A record is a line: a checksum, as eight hexadecimal digits, a blank, and JSON. The checksum is of the JSON of all
 * records until then, so that none can be missing, be there twice, or stand elsewhere.
 *
 * @param before the checksum of the record before it.
 * @throws {RangeError} when it is longer than what can be read again.
 */
export function encode(json: string, before: number): { readonly record: Buffer; readonly checksum: number } {
  const bytes = Buffer.from(json);
  const checksum = crc32(bytes, before);
  const record = Buffer.concat([encodeChecksum(checksum), bytes, Buffer.from("\n")]);
  if (record.length > longestRecord)
    throw new RangeError(`an event is too long to be kept: ${record.length} bytes`);
  return { record, checksum };
}

/** How many bytes records have that say this; more of them are not counted once it is `most`. */
export function recordBytes(contents: Iterable<string>, most: number): number {
  let bytes = 0;
  for (const json of contents) {
    bytes += checksumBytes + Buffer.byteLength(json) + 1;
    if (bytes >= most) return most;
  }
  return bytes;
}

/** What a line says that is a record, and its checksum; `undefined` for every other. */
export function decode(
  line: Buffer,
  before: number,
): { readonly content: unknown; readonly checksum: number } | undefined {
  const json = line.subarray(checksumBytes);
  const checksum = crc32(json, before);
  // Nothing at all has a checksum, too.
  const isWhole = json.length > 0 && line.subarray(0, checksumBytes).equals(encodeChecksum(checksum));
  return isWhole ? { content: JSON.parse(json.toString()), checksum } : undefined;
}

export function isHead(content: unknown): content is JournalHead {
  return typeof content === "object" && content !== null && "journal" in content && content.journal === 1;
}

export function isPiece(content: unknown): content is Piece {
  return (
    typeof content === "object" && content !== null && "events" in content && Array.isArray(content.events)
  );
}

function encodeChecksum(checksum: number): Buffer {
  return Buffer.from(`${checksum.toString(16).padStart(8, "0")} `);
}
