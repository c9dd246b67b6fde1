import { execFileSync } from "node:child_process";
import { appendFileSync, readFileSync, rmSync, statSync } from "node:fs";
import type { UnitEvent } from "@sync/manager";
import fc from "fast-check";
import { expect, it } from "vitest";
import { FileJournal } from "../src/journal/file-journal.js";
import { type End, encode, piecesOf } from "../src/journal/records.js";
import { scan } from "./damage.js";
import { temporaryFolder } from "./rig.js";

const text = fc.oneof(
  fc.string({ unit: "binary", maxLength: 20 }),
  fc.constantFrom("\n", "é🚀", "\ud800", "x".repeat(5_000), "é".repeat(40_000), '"', '00000000 [1]\n"'),
);
const event = fc.record({ type: fc.constant("reset"), unit: text, at: fc.nat(), reason: text });

/** What can happen to a journal that is to be given events. */
const happening = fc.record({
  what: fc.constantFrom(
    "they are appended",
    "they are appended",
    "another was first",
    "the disk is full",
    "the file is gone",
    "the file is gone and the disk is full",
    "the agent ends",
    "the agent dies while it writes",
  ),
  events: fc.array(event, { minLength: 1, maxLength: 3 }),
  /** How much of them is written, in hundredths. */
  part: fc.nat({ max: 99 }),
});

it("a journal has what it has accepted, and nothing else, whatever happens", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(happening, { maxLength: 12 }), async (happenings) => {
      using folder = temporaryFolder();
      let journal = await FileJournal.open(folder.path);
      const { generation, path } = journal;
      const accepted: UnitEvent[] = [];
      const state = () => accepted;
      const openAgain = async (beginning: "kept" | "cut") => {
        journal = await FileJournal.open(folder.path);
        expect(journal).toMatchObject({ beginning, generation, sequence: accepted.length });
        expect([...journal.base.events]).toEqual(accepted);
      };

      for (const { what, events, part } of happenings) {
        const records = recordsOf(events, scan(readFileSync(path)).end);
        const torn = records.subarray(0, Math.floor((records.length * part) / 100));
        if (what.includes("gone")) rmSync(path);
        switch (what) {
          case "they are appended":
          case "the file is gone":
            await journal.append(events, accepted.length, state);
            accepted.push(...events);
            break;
          case "another was first":
            await expect(journal.append(events, accepted.length + 1, state)).rejects.toMatchObject({
              code: "JOURNAL_CONFLICT",
            });
            break;
          case "the disk is full":
          case "the file is gone and the disk is full":
            filesMayHave(what === "the disk is full" ? journal.bytes + torn.length : part);
            await expect(journal.append(events, accepted.length, state)).rejects.toMatchObject({
              code: "JOURNAL_UNAVAILABLE",
            });
            filesMayHave("unlimited");
            if (what === "the disk is full") break;
            await journal.append(events, accepted.length, state);
            accepted.push(...events);
            break;
          case "the agent ends":
            await journal.close();
            await openAgain("kept");
            break;
          case "the agent dies while it writes":
            await journal.close();
            appendFileSync(path, torn);
            await openAgain(torn.length === 0 ? "kept" : "cut");
            break;
        }
        expect(statSync(path).size).toBe(journal.bytes);
      }
      await journal.close();
      await openAgain("kept");
      await journal.close();
    }),
    { numRuns: 50 },
  );
});

/** What an append writes behind what there is. */
function recordsOf(events: readonly UnitEvent[], { checksum }: End): Buffer {
  let before = checksum;
  const records = Array.from(piecesOf(events), (content) => {
    const { record, checksum } = encode(content, before);
    before = checksum;
    return record;
  });
  return Buffer.concat(records);
}

/** How many bytes a file that we write may have: where one would have more, the system says that it is too large. */
function filesMayHave(bytes: number | "unlimited"): void {
  execFileSync("prlimit", ["--pid", String(process.pid), `--fsize=${bytes}:`]);
}
