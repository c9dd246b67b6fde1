import { describe, expect, it } from "vitest";
import {
  type Command,
  Coordinator,
  decide,
  type Limits,
  ManagerError,
  MemoryJournal,
  UnitManager,
} from "../src/index.js";
import { TestClock } from "./test-clock.js";

function want(unit: string, ...names: string[]) {
  return { type: "want", unit, dependencies: names.map((name) => ({ unit: name })) } as const;
}

function managerAfter(...commands: Command[]): UnitManager {
  const manager = new UnitManager();
  for (const command of commands) {
    for (const event of decide(manager, command, 0)) manager.apply(event);
  }
  return manager;
}

function refusal(manager: UnitManager, command: Command, limits: Limits): string {
  try {
    decide(manager, command, 0, limits);
  } catch (error) {
    if (error instanceof ManagerError) return `${error.code}: ${error.message}`;
    throw error;
  }
  return "accepted";
}

describe("a limit to the number of units", () => {
  const limits = { units: 3 };

  it("counts every name, those that are only wanted too, and refuses what would exceed it", () => {
    expect(refusal(managerAfter(), want("a", "b", "c", "d"), limits)).toBe(
      "LIMIT_REACHED: too many units: there are 0, this would make 4 more, and 3 is the most",
    );
    const full = managerAfter(want("a", "b", "c"));
    expect(refusal(full, { type: "start", unit: "d" }, limits)).toContain("LIMIT_REACHED");
    expect(refusal(full, want("a", "d"), limits)).toContain("LIMIT_REACHED");
  });

  it("lets everything go on that adds no name", () => {
    const full = managerAfter(want("a", "b", "c"));
    expect(refusal(full, want("b", "c"), limits)).toBe("accepted");
    expect(refusal(full, { type: "start", unit: "c" }, limits)).toBe("accepted");
    expect(refusal(full, { type: "fail", unit: "a" }, limits)).toBe("accepted");
  });
});

describe("a limit to the dependencies of one unit", () => {
  const limits = { dependencies: 2 };

  it("counts what is declared already, and what is declared again only once", () => {
    const manager = managerAfter(want("a", "b", "c"));
    expect(manager.dependencyCount("a")).toBe(2);
    expect(refusal(manager, want("a", "b", "c"), limits)).toBe("accepted");
    expect(refusal(manager, want("a", "d"), limits)).toBe(
      'LIMIT_REACHED: too many dependencies of unit "a": there are 2, this would make 1 more, and 2 is the most',
    );
  });

  it("is each unit's own", () => {
    expect(refusal(managerAfter(want("a", "b", "c")), want("b", "c", "d"), limits)).toBe("accepted");
  });
});

it("a limit to the dependencies of all units counts them together", () => {
  const manager = managerAfter(want("a", "b", "c"));
  expect(refusal(manager, want("b", "c"), { edges: 2 })).toContain(
    "LIMIT_REACHED: too many dependencies: there are 2",
  );
  expect(refusal(manager, want("b", "c"), { edges: 3 })).toBe("accepted");
});

it("a limit to the length of names is one of bytes, for every name of a command", () => {
  const limits = { name: 4 };
  expect(refusal(managerAfter(), want("abcd", "\u{1f680}"), limits)).toBe("accepted");
  expect(refusal(managerAfter(), { type: "start", unit: "abcde" }, limits)).toContain("UNIT_ID_INVALID");
  expect(refusal(managerAfter(), want("a", "b", "\u{1f680}!"), limits)).toBe(
    "UNIT_ID_INVALID: unit name is too long: 5 bytes of UTF-8, and 4 is the most",
  );
});

describe("a limit to the calls that wait", () => {
  async function full() {
    const limits = { waiters: 1 };
    const coordinator = await Coordinator.open({
      journal: new MemoryJournal(),
      clock: new TestClock(),
      limits,
    });
    await coordinator.execute(want("a", "gate"));
    await coordinator.execute(want("b", "gate"));
    const first = coordinator.start({ type: "start", unit: "a" });
    await new Promise((resolve) => setImmediate(resolve));
    return { coordinator, first };
  }

  it("refuses one more, which leaves no trace, and lets in another when one has gone", async () => {
    const { coordinator, first } = await full();
    const before = coordinator.sequence;
    await expect(coordinator.start({ type: "start", unit: "b" })).rejects.toMatchObject({ code: "BUSY" });
    await expect(coordinator.wait([{ unit: "gate" }])).rejects.toMatchObject({ code: "BUSY" });
    expect(coordinator.sequence).toBe(before);
    await coordinator.execute({ type: "start", unit: "gate" });
    const next = coordinator.wait([{ unit: "a", requirement: "completed" }]);
    await coordinator.execute({ type: "complete", unit: "gate" });
    await expect(first).resolves.toMatchObject({ status: "started" });
    await expect(next).rejects.toMatchObject({ code: "BUSY" });
    expect(coordinator.waiting).toBe(0);
  });

  it("refuses nobody who need not wait", async () => {
    const { coordinator } = await full();
    await expect(coordinator.start({ type: "start", unit: "gate" })).resolves.toMatchObject({
      status: "started",
    });
    await expect(coordinator.wait([{ unit: "gate", requirement: "started" }])).resolves.toHaveLength(1);
  });

  it("is kept by many that come at the same moment", async () => {
    const limits = { waiters: 3 };
    const coordinator = await Coordinator.open({
      journal: new MemoryJournal(),
      clock: new TestClock(),
      limits,
    });
    const names = Array.from({ length: 10 }, (_, index) => `u${index}`);
    for (const unit of names) await coordinator.execute(want(unit, "gate"));
    const owner = { id: "somebody" };
    const ends = Promise.allSettled(names.map((unit) => coordinator.start({ type: "start", unit, owner })));
    await new Promise((resolve) => setImmediate(resolve));
    expect(coordinator.waiting).toBe(3);
    expect(coordinator.units.ownedBy(owner.id)).toHaveLength(3);
    await coordinator.execute({ type: "start", unit: "gate" });
    await coordinator.execute({ type: "complete", unit: "gate" });
    expect((await ends).filter(({ status }) => status === "fulfilled")).toHaveLength(3);
  });
});
