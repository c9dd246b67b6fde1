import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Client, createClient } from "@sync/protocol/client";
import { createAgent } from "../src/index.js";
import { CorruptRecord, JournalReader, type Scan } from "../src/journal/reader.js";
import { encode } from "../src/journal/records.js";

/** The bytes of a journal, and where each of its records begins; the last of these is where it ends. */
export interface Written {
  readonly bytes: Buffer;
  readonly begins: readonly number[];
  /** Where that ends which it was begun with, and where each append does. */
  readonly ends: readonly number[];
}

/** What an agent has written that had work from four clients, after it has begun its journal anew. */
export async function writtenUnderLoad(directory: string): Promise<Written> {
  const journal = join(directory, "journal");
  const socketPath = join(directory, "agent.sock");
  const agent = await createAgent({ socketPath, journal });
  const client = createClient({ socketPaths: [socketPath] });
  await makeLong(client);
  await Promise.all([0, 1, 2, 3].map((worker) => work(client, worker)));
  await client.close();
  await agent.close();
  return partsOf(readFileSync(join(journal, "journal")));
}

export function partsOf(bytes: Buffer): Written {
  const begins = [0];
  const ends: number[] = [];
  for (let end = bytes.indexOf("\n"); end !== -1; end = bytes.indexOf("\n", end + 1)) {
    const record = bytes.subarray(begins.at(-1), end);
    if (record.includes('"events":') && !record.includes('"more":true')) ends.push(end + 1);
    begins.push(end + 1);
  }
  return { bytes, begins, ends };
}

/** The same journal, as if it had been begun in another run of the machine. */
export function ofAnotherRun(bytes: Buffer): Buffer {
  const { head } = scan(bytes);
  const [, ...lines] = bytes.toString().trimEnd().split("\n");
  const contents = [JSON.stringify({ ...head, boot: "another" }), ...lines.map((line) => line.slice(9))];
  let before = 0;
  const records = contents.map((content) => {
    const { record, checksum } = encode(content, before);
    before = checksum;
    return record;
  });
  return Buffer.concat(records);
}

/** Damages a journal at each of these bytes, and says what it is then taken for that it never was. */
export function mistakesOfDamage(written: Written, positions: Iterable<number>): string[] {
  const { bytes, ends } = written;
  const [begunEnd = 0] = ends;
  const mistakes: string[] = [];
  const note = (mistake: string | undefined, what: string) => {
    if (mistake !== undefined) mistakes.push(`${what}: ${mistake}`);
  };
  for (const position of positions) {
    const whole = bytes.subarray(0, position);
    // What a file system leaves that has written down the length of a file before its contents.
    const zeros = Buffer.concat([whole, Buffer.alloc(4096)]);
    for (const [what, torn] of [["cut at", whole] as const, ["zeros from", zeros] as const]) {
      const isRefused = position >= begunEnd && read(torn) === undefined;
      note(isRefused ? "it is refused" : mistakeIn(torn, written), `${what} ${position}`);
    }
    for (const mask of [0x01, 0x80, 0xff]) {
      const damaged = Buffer.from(bytes);
      damaged[position] = (bytes[position] ?? 0) ^ mask;
      note(read(damaged) && "it is not refused", `byte ${position} ^ ${mask}`);
    }
  }
  return mistakes;
}

/**
 * Why what is read of damaged bytes is not all that is whole before the damage; `undefined` when it is, or when
 * it is refused.
 */
export function mistakeIn(damaged: Buffer, { bytes, ends }: Written): string | undefined {
  const found = read(damaged);
  const same = sameBytes(bytes, damaged);
  const expected = ends.findLast((end) => end <= same) ?? 0;
  if (found === undefined || found.end.bytes === expected) return undefined;
  return `it is read until ${found.end.bytes}, and it is what was written until ${expected}`;
}

/** What a journal is read as; `undefined` when it is refused. */
export function read(bytes: Buffer): Scan | undefined {
  try {
    return scan(bytes);
  } catch (error) {
    if (error instanceof CorruptRecord) return undefined;
    throw error;
  }
}

/** @throws {CorruptRecord} */
export function scan(bytes: Buffer): Scan {
  const reader = new JournalReader();
  reader.add(bytes);
  return reader.end();
}

/** How many bytes two have in common at the beginning. */
function sameBytes(a: Buffer, b: Buffer): number {
  const most = Math.min(a.length, b.length);
  if (a.compare(b, 0, most, 0, most) === 0) return most;
  let [low, high] = [0, most];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (a.compare(b, 0, middle, 0, middle) === 0) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** Until its journal has been begun anew. */
async function makeLong(client: Client): Promise<void> {
  const reason = "🚀".repeat(2_000);
  const bytes = async () => (await client.ping()).journal?.bytes ?? 0;
  for (let longest = 0; (await bytes()) >= longest; ) {
    longest = await bytes();
    await client.start("long");
    await client.complete("long", { reason });
    await client.reset("long", { reason });
  }
}

async function work(client: Client, worker: number): Promise<void> {
  for (let count = 0; count < 60; count += 1) {
    const unit = `${worker}é${count}\n`;
    if (count % 3 === 1) await client.want(unit, [{ unit: `${worker}é${count - 1}\n` }, { unit: "long" }]);
    await client.start(unit).catch(() => undefined);
    await client[count % 5 === 0 ? "fail" : "complete"](unit).catch(() => undefined);
  }
}
