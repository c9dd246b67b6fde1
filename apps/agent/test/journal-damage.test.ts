import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { UnitEvent } from "@sync/manager";
import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { FileJournal } from "../src/journal/file-journal.js";
import { mistakeIn, mistakesOfDamage, partsOf, read, type Written, writtenUnderLoad } from "./damage.js";
import { temporaryFolder } from "./rig.js";

const folder = temporaryFolder();
let written: Written;
let records: Buffer[];

beforeAll(async () => {
  written = await writtenUnderLoad(folder.path);
  records = recordsOf(written);
});

afterAll(() => folder[Symbol.dispose]());

/** Records by where they are, in ten-thousandths of all. */
const part = fc.nat({ max: 9_999 });
const change = fc.record({
  what: fc.constantFrom("double", "remove", "move", "swap", "exchange"),
  one: part,
  another: part,
});

/** One that nothing is known of. */
async function anotherJournal(): Promise<Written> {
  using place = temporaryFolder();
  const journal = await FileJournal.open(place.path);
  for (const unit of ["a", "b", "c"]) {
    await journal.append([{ type: "registered", unit, at: 1 }], journal.sequence, () => []);
  }
  await journal.close();
  return partsOf(readFileSync(journal.path));
}

function recordsOf({ bytes, begins }: Written): Buffer[] {
  return begins.slice(1).map((end, index) => bytes.subarray(begins[index], end));
}

it("a journal that an agent has written under load, and begun anew, is read to its end", () => {
  const { bytes } = written;
  expect(records.length).toBeGreaterThan(200);
  expect(read(bytes)).toMatchObject({ end: { bytes: bytes.length }, tornBytes: 0 });
  expect(read(bytes)?.head.sequence).toBeGreaterThan(400);
});

it("cut or filled up with zeros anywhere, it is what was before; with a byte flipped, it is refused", () => {
  const { length } = written.bytes;
  const everywhere = Array.from({ length: 200 }, (_, index) => Math.floor((index * length) / 200));
  const atTheEnd = Array.from({ length: 300 }, (_, index) => length - 1 - index);
  expect(mistakesOfDamage(written, [...everywhere, ...atTheEnd])).toEqual([]);
});

it("so it is when what it was begun with, and what was appended at once, have several records", async () => {
  using place = temporaryFolder();
  const journal = await FileJournal.open(place.path);
  const many = Array.from({ length: 500 }, (_, count): UnitEvent => {
    return { type: "reset", unit: `${count}`, at: 1, reason: "é".repeat(400) };
  });
  rmSync(journal.path);
  await journal.append(many, 0, () => many);
  await journal.append(many.slice(0, 1), many.length, () => []);
  await journal.close();
  const parts = partsOf(readFileSync(journal.path));
  expect(parts.begins.length).toBeGreaterThan(9);
  const around = parts.begins.flatMap((begin) => [-100, -2, -1, 0, 5, 50].map((offset) => begin + offset));
  const positions = around.filter((position) => position >= 0 && position < parts.bytes.length);
  expect(mistakesOfDamage(parts, positions)).toEqual([]);
});

it("with records that are doubled, missing, moved or of another journal, it is what was before, or it is refused", async () => {
  const foreign = recordsOf(await anotherJournal());
  fc.assert(
    fc.property(fc.array(change, { minLength: 1, maxLength: 3 }), (changes) => {
      const changed = [...records];
      for (const { what, one, another } of changes) {
        const [from = 0, to = 0] = [one, another].map((part) => Math.floor((changed.length * part) / 10_000));
        const taken = what === "double" ? changed.slice(from, from + 1) : changed.splice(from, 1);
        if (what === "swap") taken.push(...changed.splice(to, 1, ...taken.splice(0)));
        if (what === "exchange") taken.splice(0, 1, ...foreign.slice(to % foreign.length).slice(0, 1));
        if (what !== "remove")
          changed.splice(what === "swap" || what === "exchange" ? from : to, 0, ...taken);
      }
      expect(mistakeIn(Buffer.concat(changed), written)).toBeUndefined();
    }),
    { numRuns: 200 },
  );
});

it("behind another, or behind itself, it is refused", async () => {
  const { bytes: other } = await anotherJournal();
  for (const parts of [
    [other, written.bytes],
    [written.bytes, other],
    [written.bytes, written.bytes],
  ]) {
    expect(read(Buffer.concat(parts))).toBeUndefined();
  }
});

it("what is no journal is refused", () => {
  const piece = fc.oneof(
    fc.uint8Array({ maxLength: 50 }).map((bytes) => Buffer.from(bytes)),
    fc
      .constantFrom("\n", "00000000 ", "00000000 []\n", "00000000 \n", '{"journal":1}')
      .map((text) => Buffer.from(text)),
  );
  fc.assert(
    fc.property(fc.array(piece), (pieces) => {
      expect(read(Buffer.concat(pieces))).toBeUndefined();
    }),
    { numRuns: 1_000 },
  );
});

it("damaged, it is opened as what it is read as, once and again, or refused and left as it is", async () => {
  const { bytes } = written;
  const damage = fc.record({ at: fc.nat({ max: bytes.length - 1 }), what: fc.constantFrom("cut", "flip") });
  await fc.assert(
    fc.asyncProperty(damage, async ({ at, what }) => {
      const damaged = Buffer.from(what === "cut" ? bytes.subarray(0, at) : bytes);
      if (what === "flip") damaged[at] = (bytes[at] ?? 0) ^ 0x10;
      using place = temporaryFolder();
      const path = join(place.path, "journal");
      writeFileSync(path, damaged);
      const scan = read(damaged);
      for (let time = 0; time < 2; time += 1) {
        const opened = await FileJournal.open(place.path).catch((error: unknown) => error);
        if (scan === undefined) {
          expect(opened).toMatchObject({ code: "JOURNAL_CORRUPT" });
          expect(readFileSync(path).equals(damaged)).toBe(true);
        } else {
          if (!(opened instanceof FileJournal)) throw opened;
          expect([...opened.base.events]).toEqual([...scan.state, ...scan.events]);
          await opened.close();
        }
      }
    }),
    { numRuns: 20 },
  );
});
