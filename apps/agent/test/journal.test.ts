import { execFileSync } from "node:child_process";
import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import type { UnitEvent } from "@sync/manager";
import { describe, expect, it } from "vitest";
import { AgentError } from "../src/errors.js";
import { FileJournal } from "../src/journal/file-journal.js";
import { ofAnotherRun, partsOf, scan } from "./damage.js";
import { temporaryFolder } from "./rig.js";

function registered(unit: string): UnitEvent {
  return { type: "registered", unit, at: 1 };
}

function noState(): UnitEvent[] {
  return [];
}

function names(events: Iterable<UnitEvent>): string {
  return Array.from(events, ({ unit }) => unit).join(" ");
}

/** Each as long as one can be: JSON has six characters for each of these. */
function longEvents(count: number): UnitEvent[] {
  const reason = "\u0001".repeat(4_096);
  return Array.from({ length: count }, (_, number) => ({ type: "reset", unit: `${number}`, at: 2, reason }));
}

function collectGarbage(): void {
  setFlagsFromString("--expose-gc");
  runInNewContext("gc")();
}

/** A journal of a few appends, closed. */
async function written(directory: string): Promise<Buffer> {
  const journal = await FileJournal.open(directory);
  for (const batch of [["a", "b"], ["é 🚀\n"], ["c"], ["d", "e", "f"]]) {
    await journal.append(batch.map(registered), journal.sequence, noState);
  }
  await journal.close();
  return readFileSync(join(directory, "journal"));
}

/** What an agent would find: the names of the units, or the code of a refusal. */
async function found(directory: string): Promise<string> {
  try {
    const journal = await FileJournal.open(directory);
    await journal.close();
    return names(journal.base.events);
  } catch (error) {
    if (error instanceof AgentError) return error.code;
    throw error;
  }
}

describe("a journal in a file", () => {
  it("has after a restart all that was accepted, in an order and under a name that stay", async () => {
    using folder = temporaryFolder();
    await written(folder.path);
    const first = await FileJournal.open(folder.path);
    expect(first).toMatchObject({ beginning: "kept", sequence: 7 });
    expect(names(first.base.events)).toBe("a b é 🚀\n c d e f");
    expect(await first.append([registered("g")], 7, noState)).toBe(8);
    const { generation } = first;
    await first.close();
    const second = await FileJournal.open(folder.path);
    expect(second).toMatchObject({ generation, sequence: 8 });
    await second.close();
  });

  it("is private, and one agent's", async () => {
    using folder = temporaryFolder();
    const directory = join(folder.path, "new");
    const journal = await FileJournal.open(directory);
    expect(statSync(directory).mode & 0o777).toBe(0o700);
    expect(statSync(journal.path).mode & 0o777).toBe(0o600);
    expect(await found(directory)).toBe("AGENT_ALREADY_RUNNING");
    await journal.close();
    expect(await found(directory)).toBe("");
  });

  it("is not kept where others could replace it", async () => {
    using folder = temporaryFolder();
    const shared = join(folder.path, "shared");
    mkdirSync(shared);
    chmodSync(shared, 0o777);
    expect(await found(shared)).toBe("JOURNAL_UNAVAILABLE");
    const link = join(folder.path, "link");
    symlinkSync(folder.path, link);
    expect(await found(link)).toBe("JOURNAL_UNAVAILABLE");
  });

  it("of an earlier run of the machine is put aside", async () => {
    using folder = temporaryFolder();
    const bytes = await written(folder.path);
    const path = join(folder.path, "journal");
    const { head, events } = scan(bytes);
    writeFileSync(path, ofAnotherRun(bytes));
    const journal = await FileJournal.open(folder.path);
    expect(journal).toMatchObject({ beginning: "of an earlier run", sequence: 0 });
    expect(journal.generation).not.toBe(head.generation);
    await journal.close();
    expect(scan(readFileSync(`${path}.old`)).events).toEqual(events);
  });

  it("of an earlier run is put aside whatever its end is: the machine may have lost power", async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, "journal");
    const old = Buffer.concat([
      ofAnotherRun(await written(folder.path)).subarray(0, -20),
      Buffer.from("\0\0\n0123abcd [garbage]\n\n"),
    ]);
    writeFileSync(path, old);
    const journal = await FileJournal.open(folder.path);
    expect(journal).toMatchObject({ beginning: "of an earlier run", sequence: 0 });
    await journal.close();
    expect(readFileSync(`${path}.old`).equals(old)).toBe(true);
  });

  it("has each name in memory once when it is read, however many dependencies it has", async () => {
    using folder = temporaryFolder();
    const journal = await FileJournal.open(folder.path);
    const name = (number: number) => String(number).padEnd(1_000, "x");
    const wanted = Array.from({ length: 20_000 }, (_, number): UnitEvent => {
      const [unit, dependency] = [name(number % 100), name(number % 99)];
      return { type: "wanted", unit, dependency, requirement: "completed", at: 1 };
    });
    await journal.append(wanted, 0, noState);
    wanted.length = 0;
    await journal.close();
    collectGarbage();
    const before = process.memoryUsage().heapUsed;
    const again = await FileJournal.open(folder.path);
    collectGarbage();
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(10_000_000);
    expect([...again.base.events]).toHaveLength(20_000);
    await again.close();
  });

  it("with far more behind it than there can be of a record is cut", async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, "journal");
    const { length } = await written(folder.path);
    truncateSync(path, 512 * 1_048_576);
    const journal = await FileJournal.open(folder.path);
    expect(journal).toMatchObject({ beginning: "cut", sequence: 7, bytes: length });
    await journal.close();
  }, 30_000);

  it.each([
    ["in its last record", -10],
    ["in its last newline", -1],
  ])("that is damaged %s is refused: it was acknowledged", async (_, at) => {
    using folder = temporaryFolder();
    const bytes = await written(folder.path);
    bytes[bytes.length + at] = 0x20;
    writeFileSync(join(folder.path, "journal"), bytes);
    expect(await found(folder.path)).toBe("JOURNAL_CORRUPT");
  });

  it("that has grown long begins with the state, and has the same name and numbers", async () => {
    using folder = temporaryFolder();
    const journal = await FileJournal.open(folder.path);
    const state = [registered("a")];
    await journal.append([registered("a"), ...longEvents(200)], 0, noState);
    const { generation } = journal;
    expect(journal.bytes).toBeGreaterThan(4_500_000);
    await journal.append([registered("b")], 201, () => state);
    expect(journal.bytes).toBeLessThan(1_000);
    await journal.close();
    const again = await FileJournal.open(folder.path);
    expect(again).toMatchObject({ generation, sequence: 202 });
    expect(names(again.base.events)).toBe("a b");
    await again.close();
  });

  it("stays as long as its state asks for, however many events there are", async () => {
    using folder = temporaryFolder();
    const journal = await FileJournal.open(folder.path);
    const state = Array.from({ length: 1_000 }, (_, count) => registered(`unit ${count}`));
    const batch = state.map(({ unit }): UnitEvent => ({ type: "reset", unit, at: 2, reason: "again" }));
    let longest = 0;
    for (let count = 0; count < 200; count += 1) {
      await journal.append(batch, journal.sequence, () => state);
      longest = Math.max(longest, journal.bytes);
    }
    expect(longest).toBeGreaterThan(4_000_000);
    expect(longest).toBeLessThan(4 * 1_048_576 + 4 * JSON.stringify(batch).length);
    await journal.close();
    const again = await FileJournal.open(folder.path);
    expect(again.sequence).toBe(200_000);
    expect([...again.base.events].length).toBeLessThan(100_000);
    await again.close();
  });

  it("has short records, however much it is begun with and however much is appended at once", async () => {
    using folder = temporaryFolder();
    const journal = await FileJournal.open(folder.path);
    const state = longEvents(100);
    rmSync(journal.path);
    await journal.append(longEvents(50), 0, () => state);
    await journal.close();
    const { begins } = partsOf(readFileSync(journal.path));
    const lengths = begins.slice(1).map((end, index) => end - (begins[index] ?? 0));
    expect(lengths.length).toBeGreaterThan(50);
    expect(Math.max(...lengths)).toBeLessThan(100_000);
    const again = await FileJournal.open(folder.path);
    expect(again.sequence).toBe(50);
    expect([...again.base.events]).toEqual([...state, ...longEvents(50)]);
    await again.close();
  });

  it("whose agent was killed in the middle of a long append has nothing of that", async () => {
    using folder = temporaryFolder();
    const journal = await FileJournal.open(folder.path);
    await journal.append([registered("a")], 0, noState);
    const { bytes } = journal;
    await journal.append(longEvents(50), 1, noState);
    await journal.close();
    truncateSync(journal.path, 1_000_000);
    const again = await FileJournal.open(folder.path);
    expect(again).toMatchObject({ beginning: "cut", sequence: 1, bytes, tornBytes: 1_000_000 - bytes });
    expect(names(again.base.events)).toBe("a");
    await again.close();
  });

  it("takes no event that it could not read again", async () => {
    using folder = temporaryFolder();
    const journal = await FileJournal.open(folder.path);
    const long = { type: "reset", unit: "a", at: 2, reason: "x".repeat(1_048_576) } as const;
    await expect(journal.append([registered("a"), long], 0, noState)).rejects.toThrow("too long");
    await journal.append([registered("b")], 0, noState);
    await journal.close();
    expect(await found(folder.path)).toBe("b");
  });

  it("lets go of the events that it was opened with when they have been read", async () => {
    using folder = temporaryFolder();
    await written(folder.path);
    const journal = await FileJournal.open(folder.path, { backlog: 1 });
    const held = Array.from(journal.base.events, (event) => new WeakRef(event)).slice(0, 3);
    // What has a weak reference stays until its turn is over.
    await setImmediate();
    collectGarbage();
    expect(held.map((event) => event.deref())).toEqual([undefined, undefined, undefined]);
    await journal.close();
  });

  it.each<[string, (directory: string) => void]>([
    ["removed", (directory) => rmSync(join(directory, "journal"))],
    ["moved", (directory) => renameSync(join(directory, "journal"), join(directory, "kept"))],
    ["replaced", (directory) => writeFileSync(join(directory, "other"), "other\n")],
    ["cut", (directory) => truncateSync(join(directory, "journal"), 10)],
    ["written to", (directory) => appendFileSync(join(directory, "journal"), "more\n")],
    ["removed with its directory", (directory) => rmSync(directory, { recursive: true })],
  ])("whose file was %s is written anew with the next append", async (how, harm) => {
    using folder = temporaryFolder();
    const directory = join(folder.path, "journal");
    const journal = await FileJournal.open(directory);
    await journal.append([registered("a")], 0, noState);
    harm(directory);
    if (how === "replaced") renameSync(join(directory, "other"), journal.path);
    await journal.append([registered("b")], 1, () => [registered("a")]);
    await journal.append([registered("c")], 2, noState);
    expect(await found(directory)).toBe("AGENT_ALREADY_RUNNING");
    await journal.close();
    expect(await found(directory)).toBe("a b c");
  });

  it("whose lock was removed belongs to the next agent, if there is one", async () => {
    using folder = temporaryFolder();
    const first = await FileJournal.open(folder.path);
    await first.append([registered("a")], 0, noState);
    rmSync(join(folder.path, "lock"));
    const second = await FileJournal.open(folder.path);
    await expect(first.append([registered("b")], 1, () => [registered("a")])).rejects.toThrow(
      `the journal "${first.path}" is not available: another agent holds it`,
    );
    await second.append([registered("c")], 1, noState);
    await first.close();
    await second.close();
    expect(await found(folder.path)).toBe("a c");
  });

  it("does not come back where its directory was, when that is gone too", async () => {
    using folder = temporaryFolder();
    const parent = join(folder.path, "run");
    const journal = await FileJournal.open(join(parent, "journal"));
    rmSync(parent, { recursive: true });
    await expect(journal.append([registered("a")], 0, noState)).rejects.toThrow("ENOENT");
    expect(existsSync(parent)).toBe(false);
    await journal.close();
  });

  it("that is no file is not read", async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, "journal");
    execFileSync("mkfifo", [path]);
    expect(await found(folder.path)).toBe("JOURNAL_UNAVAILABLE");
    rmSync(path);
    mkdirSync(path);
    expect(await found(folder.path)).toBe("JOURNAL_UNAVAILABLE");
  });
});
