import { describe, expect, it } from "vitest";
import { MemoryJournal, type RecordedEvent, type Snapshot, type UnitSnapshot } from "../src/index.js";
import { codeOf, open, settle, want } from "./coordinators.js";

describe("a start that waits", () => {
  it("is answered when the last dependency is met", async () => {
    const { coordinator } = await open();
    await coordinator.execute(want("a", "b", "c"));
    let started: UnitSnapshot | undefined;
    const wait = coordinator.start({ type: "start", unit: "a" }).then((unit) => {
      started = unit;
    });
    await settle();
    expect(coordinator.waiting).toBe(1);
    for (const unit of ["b", "c"]) await coordinator.execute({ type: "start", unit });
    await coordinator.execute({ type: "complete", unit: "b" });
    await settle();
    expect(started).toBeUndefined();
    await coordinator.execute({ type: "complete", unit: "c" });
    await wait;
    expect(started).toMatchObject({ status: "started", dependencies: [{ isMet: true }, { isMet: true }] });
    expect(coordinator.waiting).toBe(0);
  });

  it("goes on waiting for a dependency that is declared between ready and start", async () => {
    const { coordinator } = await open();
    await coordinator.execute(want("a", "b"));
    const wait = coordinator.start({ type: "start", unit: "a" });
    await settle();
    await coordinator.execute({ type: "start", unit: "b" });
    const completed = coordinator.execute({ type: "complete", unit: "b" });
    const wanted = coordinator.execute(want("a", "late"));
    await Promise.all([completed, wanted]);
    await settle();
    expect(coordinator.units.unit("a").status).toBe("pending");
    expect(coordinator.waiting).toBe(1);
    await coordinator.execute({ type: "start", unit: "late" });
    await coordinator.execute({ type: "complete", unit: "late" });
    expect((await wait).status).toBe("started");
  });

  it("ends at once, with the root cause, when a dependency fails", async () => {
    const { coordinator } = await open();
    await coordinator.execute(want("c", "b"));
    await coordinator.execute(want("b", "a"));
    const wait = codeOf(coordinator.start({ type: "start", unit: "c" }));
    await settle();
    await coordinator.execute({ type: "start", unit: "a" });
    await coordinator.execute({ type: "fail", unit: "a" });
    expect(await wait).toBe("DEPENDENCY_FAILED");
    expect(coordinator.waiting).toBe(0);
  });

  it("times out with what is not met, and takes its timer away when it is released", async () => {
    const { clock, coordinator } = await open();
    await coordinator.execute(want("a", "b"));
    const late = coordinator.start({ type: "start", unit: "a" }, { timeoutMs: 100 });
    late.catch(() => undefined);
    await settle();
    clock.advance(99);
    await settle();
    expect(coordinator.waiting).toBe(1);
    clock.advance(1);
    await expect(late).rejects.toMatchObject({
      code: "WAIT_TIMEOUT",
      message: "timeout waiting for dependencies of unit 'a'",
      details: { unit: "a", blockers: [{ name: "b", status: "not registered" }] },
    });
    expect(coordinator.units.unit("a").status).toBe("pending");

    const released = coordinator.start({ type: "start", unit: "a" }, { timeoutMs: 100 });
    await settle();
    expect(clock.timers).toBe(1);
    await coordinator.execute({ type: "start", unit: "b" });
    await coordinator.execute({ type: "complete", unit: "b" });
    await released;
    expect(clock.timers).toBe(0);
  });

  it("has one timeout for the whole wait, however often it has to go on", async () => {
    const { clock, coordinator } = await open();
    await coordinator.execute(want("a", "b"));
    const wait = codeOf(coordinator.start({ type: "start", unit: "a" }, { timeoutMs: 100 }));
    await settle();
    clock.advance(60);
    await coordinator.execute({ type: "start", unit: "b" });
    await Promise.all([
      coordinator.execute({ type: "complete", unit: "b" }),
      coordinator.execute(want("a", "late")),
    ]);
    await settle();
    clock.advance(40);
    expect(await wait).toBe("WAIT_TIMEOUT");
  });

  it("is given up by its signal, and never starts the unit after that", async () => {
    const { coordinator } = await open();
    await coordinator.execute(want("a", "b"));
    const controller = new AbortController();
    const wait = coordinator.start({ type: "start", unit: "a" }, { signal: controller.signal });
    await settle();
    await coordinator.execute({ type: "start", unit: "b" });
    const completed = coordinator.execute({ type: "complete", unit: "b" });
    controller.abort(new Error("gone"));
    await expect(wait).rejects.toThrow("gone");
    await completed;
    await settle();
    expect(coordinator.units.unit("a").status).toBe("pending");
    expect(coordinator.waiting).toBe(0);
  });

  it("that has timed out leaves a unit that cannot be completed, not even when the dependency comes after all", async () => {
    const { clock, coordinator } = await open();
    await coordinator.execute(want("a", "b"));
    const late = codeOf(coordinator.start({ type: "start", unit: "a" }, { timeoutMs: 10 }));
    await settle();
    clock.advance(10);
    expect(await late).toBe("WAIT_TIMEOUT");
    await coordinator.execute({ type: "start", unit: "b" });
    await coordinator.execute({ type: "complete", unit: "b" });
    expect(await codeOf(coordinator.execute({ type: "complete", unit: "a" }))).toBe("INVALID_TRANSITION");
    expect(coordinator.units.unit("a").status).toBe("pending");
    await coordinator.execute({ type: "start", unit: "a" });
    expect(await codeOf(coordinator.execute({ type: "complete", unit: "a" }))).toBe("accepted");
  });

  it("that is refused because the unit runs already does not keep it from being completed", async () => {
    const { coordinator } = await open();
    await coordinator.execute({ type: "start", unit: "a" });
    await coordinator.execute(want("a", "b"));
    expect(await codeOf(coordinator.execute({ type: "start", unit: "a" }))).toBe("SAME_STATUS_ALREADY_SET");
    expect(await codeOf(coordinator.execute({ type: "complete", unit: "a" }))).toBe("accepted");
  });

  it("that was refused is forgotten by a reset", async () => {
    const { coordinator } = await open();
    await coordinator.execute(want("a", "b"));
    expect(await codeOf(coordinator.execute({ type: "start", unit: "a" }))).toBe(
      "DEPENDENCIES_NOT_SATISFIED",
    );
    await coordinator.execute({ type: "start", unit: "b" });
    await coordinator.execute({ type: "complete", unit: "b" });
    await coordinator.execute({ type: "reset", unit: "a" });
    expect(await codeOf(coordinator.execute({ type: "complete", unit: "a" }))).toBe("accepted");
  });

  it("is won by exactly one of ten who race", async () => {
    const { coordinator } = await open();
    await coordinator.execute(want("a", "b"));
    const racers = Array.from({ length: 10 }, () => codeOf(coordinator.start({ type: "start", unit: "a" })));
    await settle();
    await coordinator.execute({ type: "start", unit: "b" });
    await coordinator.execute({ type: "complete", unit: "b" });
    const codes = await Promise.all(racers);
    expect(codes.filter((code) => code === "accepted")).toHaveLength(1);
    expect(codes.filter((code) => code === "SAME_STATUS_ALREADY_SET")).toHaveLength(9);
  });
});

describe("a wait for units", () => {
  async function running() {
    const opened = await open();
    for (const unit of ["a", "b"]) await opened.coordinator.execute({ type: "start", unit });
    return opened;
  }

  it("for all ends when all are met at the same time", async () => {
    const { coordinator } = await running();
    const wait = coordinator.wait([{ unit: "a" }, { unit: "b" }, { unit: "b", requirement: "started" }]);
    await coordinator.execute({ type: "complete", unit: "a" });
    await coordinator.execute({ type: "start", unit: "a" });
    await coordinator.execute({ type: "complete", unit: "b" });
    await settle();
    expect(coordinator.waiting).toBe(1);
    await coordinator.execute({ type: "complete", unit: "a" });
    expect((await wait).map(({ name, isMet }) => [name, isMet])).toEqual([
      ["a", true],
      ["b", true],
      ["b", true],
    ]);
  });

  it("for any ends with the first, and fails only when all are impossible", async () => {
    const { coordinator } = await running();
    const any = coordinator.wait([{ unit: "a" }, { unit: "b" }], { mode: "any" });
    await coordinator.execute({ type: "fail", unit: "a", reason: "first" });
    await settle();
    expect(coordinator.waiting).toBe(1);
    await coordinator.execute({ type: "fail", unit: "b", reason: "second" });
    await expect(any).rejects.toMatchObject({
      code: "DEPENDENCY_FAILED",
      details: { rootCauses: [{ name: "a" }, { name: "b" }] },
    });
    await coordinator.execute({ type: "start", unit: "a" });
    await coordinator.execute({ type: "complete", unit: "a" });
    expect(await codeOf(coordinator.wait([{ unit: "a" }, { unit: "b" }], { mode: "any" }))).toBe("accepted");
  });

  it("on a failed unit ends at once with that failure", async () => {
    const { coordinator } = await running();
    await coordinator.execute({ type: "fail", unit: "a", reason: "exit 3" });
    await expect(coordinator.wait([{ unit: "a" }, { unit: "b" }])).rejects.toThrow('"a" failed: exit 3');
    expect(await codeOf(coordinator.wait([{ unit: "a", requirement: "finished" }]))).toBe("accepted");
  });

  it("on a name that nobody has declared waits for it", async () => {
    const { clock, coordinator } = await open();
    const wait = codeOf(coordinator.wait([{ unit: "x" }], { timeoutMs: 10 }));
    await settle();
    clock.advance(10);
    expect(await wait).toBe("WAIT_TIMEOUT");
    expect(coordinator.units.units()).toEqual([]);
  });

  it("refuses a name that cannot be", async () => {
    const { coordinator } = await open();
    expect(await codeOf(coordinator.wait([{ unit: "" }]))).toBe("UNIT_ID_REQUIRED");
  });
});

describe("events", () => {
  async function take(items: AsyncIterable<RecordedEvent | Snapshot>, count: number) {
    const taken: (RecordedEvent | Snapshot)[] = [];
    for await (const item of items) {
      taken.push(item);
      if (taken.length === count) break;
    }
    return taken;
  }

  it("begin with a snapshot and go on with what happens", async () => {
    const { coordinator } = await open();
    await coordinator.execute({ type: "start", unit: "a" });
    const taken = take(coordinator.events(new AbortController().signal), 2);
    await settle();
    await coordinator.execute({ type: "complete", unit: "a", reason: "done" });
    expect(await taken).toMatchObject([
      { sequence: 2, units: [{ name: "a", status: "started" }] },
      { sequence: 3, event: { type: "completed", unit: "a", reason: "done" } },
    ]);
  });

  it("go on where a reader was, without a gap and without a repetition", async () => {
    const { coordinator } = await open();
    for (const unit of ["a", "b"]) await coordinator.execute({ type: "start", unit });
    const taken = await take(coordinator.events(new AbortController().signal, 2), 2);
    expect(taken.map(({ sequence }) => sequence)).toEqual([3, 4]);
  });

  it("have readers, who are counted until they leave or are told to", async () => {
    const { coordinator } = await open();
    const controller = new AbortController();
    const readers = [1, 2].map(() => coordinator.events(controller.signal));
    for (const reader of readers) await reader.next();
    expect(coordinator.reading).toBe(2);
    await readers[0]?.return();
    expect(coordinator.reading).toBe(1);
    const rest = readers[1]?.next();
    controller.abort();
    await rest;
    expect(coordinator.reading).toBe(0);
  });

  it("begin with a snapshot for a reader who was too far behind, or comes from another journal", async () => {
    const { coordinator } = await open(new MemoryJournal({ capacity: 2 }));
    for (let count = 0; count < 5; count += 1)
      await coordinator.execute({ type: "start", unit: `u${count}` });
    for (const after of [1, 1_000]) {
      const [first] = await take(coordinator.events(new AbortController().signal, after), 1);
      expect(first).toMatchObject({ sequence: 10, units: { length: 5 } });
    }
  });
});

describe("a coordinator that closes", () => {
  it("ends every wait and every later command with the reason", async () => {
    const { coordinator } = await open();
    await coordinator.execute(want("a", "b"));
    const held = [coordinator.start({ type: "start", unit: "a" }), coordinator.wait([{ unit: "b" }])];
    await settle();
    const outcomes = Promise.allSettled(held);
    const reason = new Error("stopping");
    await coordinator.close(reason);
    expect(await outcomes).toEqual([
      { status: "rejected", reason },
      { status: "rejected", reason },
    ]);
    await expect(coordinator.execute({ type: "start", unit: "z" })).rejects.toBe(reason);
  });
});

it("ten thousand waiters on one unit are released by one report", async () => {
  const { coordinator } = await open();
  const count = 10_000;
  const waits: Promise<UnitSnapshot>[] = [];
  for (let index = 0; index < count; index += 1) {
    await coordinator.execute(want(`u${index}`, "gate"));
    waits.push(coordinator.start({ type: "start", unit: `u${index}` }));
  }
  await settle();
  expect(coordinator.waiting).toBe(count);
  await coordinator.execute({ type: "start", unit: "gate" });
  await coordinator.execute({ type: "complete", unit: "gate" });
  await settle();
  const isStarted = (index: number) => coordinator.units.unit(`u${index}`).status === "started";
  expect(isStarted(0), "some are released").toBe(true);
  expect(isStarted(count - 1), "and others get a turn before all are").toBe(false);
  await Promise.all(waits);
  expect(coordinator.waiting).toBe(0);
});

describe("who waits", () => {
  it("is known to those they wait for, the oldest first, until they wait no more", async () => {
    const { coordinator, clock } = await open();
    await coordinator.execute(want("a", "b"));
    const caller = { pid: 7, command: "sh a.sh" };
    const start = coordinator.start({ type: "start", unit: "a" }, { caller });
    await settle();
    clock.advance(10);
    const wait = coordinator.wait([{ unit: "b", requirement: "started" }, { unit: "c" }]);
    await settle();
    expect(coordinator.starting("a")).toMatchObject({ since: 1_000, ...caller });
    expect(coordinator.starting("b")).toBeUndefined();
    expect(coordinator.waitersOf("b")).toMatchObject([
      { unit: "a", requirement: "completed", since: 1_000, ...caller },
      { unit: undefined, requirement: "started", since: 1_010 },
    ]);
    await coordinator.execute({ type: "start", unit: "b" });
    expect(coordinator.waitersOf("b")).toMatchObject([{ unit: "a" }]);
    expect(coordinator.waitersOf("c")).toMatchObject([{ unit: undefined, requirement: "completed" }]);
    for (const unit of ["c", "b"]) {
      if (unit === "c") await coordinator.execute({ type: "start", unit });
      await coordinator.execute({ type: "complete", unit });
    }
    await Promise.all([start, wait]);
    expect(coordinator.starting("a")).toBeUndefined();
    expect(["b", "c"].flatMap((unit) => coordinator.waitersOf(unit))).toEqual([]);
  });
});

describe("the loss of an owner", () => {
  it("is decided after the start that was under way, so that nothing of its stays started", async () => {
    const { coordinator } = await open();
    const owner = { id: "lease" };
    const started = coordinator.start({ type: "start", unit: "a", owner });
    const lost = coordinator.lose(owner.id, "owner lost");
    await Promise.all([started, lost]);
    expect(coordinator.units.unit("a")).toMatchObject({ status: "failed", reason: "owner lost" });
  });
});

describe("a start that goes on waiting over a failure", () => {
  it("succeeds when what has failed is retried", async () => {
    const { coordinator } = await open();
    await coordinator.execute(want("a", "b"));
    const start = coordinator.start({ type: "start", unit: "a" }, { keepWaiting: true });
    await coordinator.execute({ type: "start", unit: "b" });
    await coordinator.execute({ type: "fail", unit: "b" });
    await settle();
    expect(coordinator.waiting).toBe(1);
    await coordinator.execute({ type: "start", unit: "b" });
    await coordinator.execute({ type: "complete", unit: "b" });
    expect((await start).status).toBe("started");
  });
});
