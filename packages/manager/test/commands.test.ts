import { describe, expect, it } from "vitest";
import { type Command, decide, ManagerError, UnitManager } from "../src/index.js";

function execute(manager: UnitManager, command: Command): ManagerError | undefined {
  try {
    for (const event of decide(manager, command, 5)) manager.apply(event);
  } catch (error) {
    if (error instanceof ManagerError) return error;
    throw error;
  }
  return undefined;
}

function want(unit: string, ...names: string[]): Command {
  return { type: "want", unit, dependencies: names.map((name) => ({ unit: name })) };
}

describe("want", () => {
  it("registers the dependent, not the dependency", () => {
    expect(decide(new UnitManager(), want("a", "b", "c"), 5)).toEqual([
      { type: "registered", unit: "a", at: 5 },
      { type: "wanted", unit: "a", dependency: "b", requirement: "completed", at: 5 },
      { type: "wanted", unit: "a", dependency: "c", requirement: "completed", at: 5 },
    ]);
  });

  it("is nothing new the second time", () => {
    const manager = new UnitManager();
    execute(manager, want("a", "b"));
    expect(decide(manager, want("a", "b", "b"), 5)).toEqual([]);
  });

  it("is refused as a whole when one of several closes a cycle, with the whole path", () => {
    // c -> b -> a, and a -> c would close it
    const manager = new UnitManager();
    execute(manager, want("c", "b"));
    execute(manager, want("b", "a"));
    const error = execute(manager, want("a", "x", "c"));
    expect(error?.code).toBe("CYCLE_DETECTED");
    expect(error?.details.path).toEqual(["a", "c", "b", "a"]);
    expect(error?.message).toContain("cycle detected: a -> c -> b -> a");
    expect(manager.graph.hasVertex("x")).toBe(false);
    expect(manager.unit("a").status).toBe("not registered");
  });

  it("is refused when a unit wants itself, among others", () => {
    const manager = new UnitManager();
    expect(execute(manager, want("a", "b", "a"))?.details.path).toEqual(["a", "a"]);
    expect(manager.units()).toEqual([]);
  });

  it("is refused when two authors disagree about the requirement", () => {
    const manager = new UnitManager();
    execute(manager, want("a", "b"));
    const other: Command = { type: "want", unit: "a", dependencies: [{ unit: "b", requirement: "started" }] };
    expect(execute(manager, other)?.code).toBe("CONFLICTING_REQUIREMENT");
    const twice: Command = {
      type: "want",
      unit: "z",
      dependencies: [{ unit: "b", requirement: "started" }, { unit: "b" }],
    };
    expect(execute(manager, twice)?.code).toBe("CONFLICTING_REQUIREMENT");
    expect(manager.unit("z").status).toBe("not registered");
  });

  it("checks every name before anything else", () => {
    expect(execute(new UnitManager(), want("", "b"))?.code).toBe("UNIT_ID_REQUIRED");
    expect(execute(new UnitManager(), want("a", "b", ""))?.code).toBe("UNIT_ID_REQUIRED");
  });
});

describe("a refusal", () => {
  it("names who is waited for, and keeps the message short when they are many", () => {
    const manager = new UnitManager();
    const names = Array.from({ length: 20 }, (_, index) => `dep-${String(index).padStart(2, "0")}`);
    execute(manager, want("a", ...names));
    const error = execute(manager, { type: "start", unit: "a" });
    expect(error?.message).toContain('unit not ready: it waits for "dep-00", "dep-01"');
    expect(error?.message).toContain("and 14 more");
    expect(error?.details.blockers?.map(({ name }) => name)).toEqual(names);
  });

  it("gives the root cause with its reason", () => {
    const manager = new UnitManager();
    execute(manager, want("b", "a"));
    execute(manager, { type: "start", unit: "a" });
    execute(manager, { type: "fail", unit: "a", reason: "exit 3" });
    const error = execute(manager, { type: "start", unit: "b" });
    expect(error?.code).toBe("DEPENDENCY_FAILED");
    expect(error?.message).toBe('cannot start unit "b": a dependency failed: "a" failed: exit 3');
    expect(error?.details.rootCauses).toEqual([{ name: "a", since: 5, reason: "exit 3" }]);
  });
});

describe("an owned unit", () => {
  function owned(): UnitManager {
    const manager = new UnitManager();
    execute(manager, { type: "start", unit: "a", owner: "lease:1" });
    return manager;
  }

  it("is reported on by its owner only, unless by force", () => {
    for (const type of ["complete", "fail", "reset"] as const) {
      expect(execute(owned(), { type, unit: "a" })?.code).toBe("CANNOT_UPDATE_OTHER_UNIT");
      expect(execute(owned(), { type, unit: "a", owner: "lease:2" })?.code).toBe("CANNOT_UPDATE_OTHER_UNIT");
      expect(execute(owned(), { type, unit: "a", owner: "lease:1" })).toBeUndefined();
      expect(execute(owned(), { type, unit: "a", force: true })).toBeUndefined();
    }
  });

  it("is nobody's once it has ended", () => {
    const manager = owned();
    execute(manager, { type: "fail", unit: "a", owner: "lease:1" });
    expect(manager.unit("a").owner).toBeUndefined();
    expect(execute(manager, { type: "reset", unit: "a" })).toBeUndefined();
  });
});

describe("a limit to the number of units", () => {
  function decideCode(manager: UnitManager, command: Command): string {
    try {
      decide(manager, command, 0, { units: 3 });
    } catch (error) {
      if (error instanceof ManagerError) return error.code;
      throw error;
    }
    return "accepted";
  }

  it("counts every name, those that are only wanted too, and refuses what would exceed it", () => {
    const manager = new UnitManager();
    expect(decideCode(manager, want("a", "b", "c", "d"))).toBe("LIMIT_REACHED");
    execute(manager, want("a", "b", "c"));
    expect(decideCode(manager, { type: "start", unit: "d" })).toBe("LIMIT_REACHED");
    expect(decideCode(manager, want("a", "d"))).toBe("LIMIT_REACHED");
  });

  it("lets everything go on that adds no name", () => {
    const manager = new UnitManager();
    execute(manager, want("a", "b", "c"));
    expect(decideCode(manager, want("b", "c"))).toBe("accepted");
    expect(decideCode(manager, { type: "start", unit: "c" })).toBe("accepted");
    expect(decideCode(manager, { type: "fail", unit: "a" })).toBe("accepted");
  });
});
