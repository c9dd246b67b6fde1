import { describe, expect, it } from "vitest";
import { JournalConflictError, MemoryJournal, type UnitEvent } from "../src/index.js";

function event(unit: string): UnitEvent {
  return { type: "registered", unit, at: 0 };
}

describe("a journal in memory", () => {
  it("numbers events from 1 without gaps", async () => {
    const journal = new MemoryJournal();
    expect(journal.sequence).toBe(0);
    expect(await journal.append([event("a"), event("b")], 0)).toBe(2);
    expect(await journal.append([event("c")], 2)).toBe(3);
    const seen: string[] = [];
    for await (const {
      sequence,
      event: { unit },
    } of journal.read(1)) {
      seen.push(`${sequence} ${unit}`);
      if (sequence === journal.sequence) break;
    }
    expect(seen).toEqual(["2 b", "3 c"]);
  });

  it("refuses a writer who has not seen the newest event", async () => {
    const journal = new MemoryJournal();
    await journal.append([event("a")], 0);
    await expect(journal.append([event("b")], 0)).rejects.toBeInstanceOf(JournalConflictError);
    expect(journal.sequence).toBe(1);
  });

  it("hands a reader what comes later, until the reader has had enough", async () => {
    const journal = new MemoryJournal();
    const controller = new AbortController();
    const reader = journal.read(0, controller.signal);
    const next = reader.next();
    await journal.append([event("a")], 0);
    expect(await next).toMatchObject({ value: { sequence: 1 } });
    const pending = reader.next();
    controller.abort();
    expect(await pending).toEqual({ done: true, value: undefined });
  });

  it("keeps the newest events only, and ends for a reader who asks for older ones", async () => {
    const journal = new MemoryJournal({ capacity: 10 });
    for (let count = 0; count < 100; count += 1) await journal.append([event(`u${count}`)], count);
    expect(await journal.read(0).next()).toEqual({ done: true, value: undefined });
    expect(await journal.read(95).next()).toMatchObject({ value: { sequence: 96 } });
    expect(journal.sequence).toBe(100);
  });
});
