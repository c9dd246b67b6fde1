import { describe, expect, it } from "vitest";
import { type Journal, MemoryJournal, type UnitEvent } from "../src/index.js";
import { codeOf, open, settle, want } from "./coordinators.js";

describe("a journal", () => {
  it("gives the same state to a coordinator that opens it later", async () => {
    const { coordinator, journal } = await open();
    await coordinator.execute(want("b", "a"));
    await coordinator.execute({ type: "start", unit: "a" });
    await coordinator.execute({ type: "fail", unit: "a", reason: "exit 1" });
    const { coordinator: later } = await open(journal);
    expect(later.units.snapshot("b")).toEqual(coordinator.units.snapshot("b"));
    expect(later.sequence).toBe(coordinator.sequence);
  });

  it("with two writers loses nothing: whoever comes second decides again", async () => {
    const { coordinator: one, journal } = await open();
    const { coordinator: two } = await open(journal);
    await one.execute(want("a", "b"));
    expect(await codeOf(two.execute(want("b", "a")))).toBe("CYCLE_DETECTED");
    await two.execute({ type: "start", unit: "b" });
    expect(await codeOf(one.execute({ type: "start", unit: "b" }))).toBe("SAME_STATUS_ALREADY_SET");
    expect(one.units.units()).toEqual(two.units.units());
  });

  it("whose beginning is lost is refused, instead of taken for the whole", async () => {
    const journal = new MemoryJournal({ capacity: 1 });
    for (let count = 0; count < 10; count += 1) {
      await journal.append([{ type: "registered", unit: `u${count}`, at: 0 }], count);
    }
    await expect(open(journal)).rejects.toThrow("cannot replay the journal");
  });

  it("that refuses leaves nothing half done", async () => {
    const broken: Journal = {
      sequence: 0,
      base: { sequence: 0, events: [] },
      append: () => Promise.reject(new Error("disk full")),
      read: (after, signal) => new MemoryJournal().read(after, signal),
    };
    const { coordinator } = await open(broken);
    await expect(coordinator.execute(want("a", "b"))).rejects.toThrow("disk full");
    expect(coordinator.units.units()).toEqual([]);
    expect(coordinator.sequence).toBe(0);
  });
});

/** A journal that accepts when it is told to. */
class SlowJournal extends MemoryJournal {
  readonly appended: number[] = [];
  #accept: () => void = () => undefined;
  failure: Error | undefined;

  override async append(events: readonly UnitEvent[], expected: number): Promise<number> {
    this.appended.push(events.length);
    await new Promise<void>((resolve) => {
      this.#accept = resolve;
    });
    if (this.failure !== undefined) throw this.failure;
    return super.append(events, expected);
  }

  accept(): void {
    this.#accept();
  }
}

describe("a slow journal", () => {
  it("gets at once what is asked for while it is busy, and nobody is told or sees anything before", async () => {
    const journal = new SlowJournal();
    const { coordinator } = await open(journal);
    const first = coordinator.execute({ type: "start", unit: "a" });
    await settle();
    const others = [
      coordinator.execute({ type: "complete", unit: "a" }),
      coordinator.execute(want("b", "a")),
      coordinator.execute({ type: "start", unit: "b" }),
    ];
    await settle();
    expect(coordinator.units.units()).toEqual([]);
    journal.accept();
    expect((await first).status).toBe("started");
    await settle();
    expect(coordinator.units.unit("a").status).toBe("started");
    journal.accept();
    expect((await Promise.all(others)).map(({ status }) => status)).toEqual([
      "completed",
      "pending",
      "started",
    ]);
    expect(journal.appended).toEqual([2, 4]);
  });

  it("that fails takes everything back that was decided on it", async () => {
    const journal = new SlowJournal();
    const { coordinator } = await open(journal);
    const kept = coordinator.execute({ type: "start", unit: "a" });
    await settle();
    journal.accept();
    await kept;
    journal.failure = new Error("disk full");
    const lost = [
      codeOrMessage(coordinator.execute({ type: "complete", unit: "a" })),
      codeOrMessage(coordinator.execute({ type: "start", unit: "a" })),
    ];
    await settle();
    journal.accept();
    expect(await Promise.all(lost)).toEqual(["disk full", "disk full"]);
    expect(coordinator.units.unit("a").status).toBe("started");
    journal.failure = undefined;
    const again = coordinator.execute({ type: "complete", unit: "a" });
    await settle();
    journal.accept();
    expect((await again).status).toBe("completed");
  });

  it("accepts a start that has waited together with what releases it", async () => {
    const { journal, held, complete } = await heldStart();
    const completed = complete();
    await settle();
    journal.accept();
    expect((await completed).status).toBe("completed");
    expect((await held).status).toBe("started");
    expect(journal.appended.slice(-1)).toEqual([2]);
  });

  it("that fails leaves a start waiting that it would have released", async () => {
    const { coordinator, journal, held, complete } = await heldStart();
    journal.failure = new Error("disk full");
    const lost = codeOrMessage(complete());
    await settle();
    journal.accept();
    expect(await lost).toBe("disk full");
    await settle();
    expect(coordinator.waiting).toBe(1);
    journal.failure = undefined;
    const completed = complete();
    await settle();
    journal.accept();
    await completed;
    expect((await held).status).toBe("started");
  });
});

/** A unit that runs, and one that is to be started as soon as that has completed. */
async function heldStart() {
  const journal = new SlowJournal();
  const { coordinator } = await open(journal);
  const prepared = [coordinator.execute({ type: "start", unit: "a" }), coordinator.execute(want("b", "a"))];
  await settle();
  journal.accept();
  await Promise.all(prepared);
  const held = coordinator.start({ type: "start", unit: "b" });
  await settle();
  journal.accept();
  await settle();
  return { coordinator, journal, held, complete: () => coordinator.execute({ type: "complete", unit: "a" }) };
}

describe("a status that lasts for a moment only", () => {
  it("ends the wait for it, although it is gone when the journal has accepted", async () => {
    const { coordinator } = await open();
    await coordinator.execute({ type: "start", unit: "a" });
    const wait = coordinator.wait([{ unit: "a" }]);
    await settle();
    await Promise.all([
      coordinator.execute({ type: "complete", unit: "a" }),
      coordinator.execute({ type: "reset", unit: "a" }),
    ]);
    expect(await wait).toHaveLength(1);
  });
});

function codeOrMessage(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => "accepted",
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
}
