import { CycleError } from "@sync/graph";
import { describe, expect, it } from "vitest";
import { ManagerError, UnitManager } from "../src/index.js";

function codeOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (error instanceof ManagerError) return error.code;
    throw error;
  }
  return "accepted";
}

describe("a name", () => {
  const manager = new UnitManager();

  it("is refused when it is empty", () => {
    expect(() => manager.register("")).toThrow("unit name is required");
    expect(codeOf(() => manager.register(""))).toBe("UNIT_ID_REQUIRED");
    expect(codeOf(() => manager.snapshot(""))).toBe("UNIT_ID_REQUIRED");
  });

  it("may have 1 024 bytes of UTF-8 and not one more", () => {
    const longest = "é".repeat(512);
    expect(codeOf(() => manager.register(longest))).toBe("accepted");
    expect(codeOf(() => manager.register(`${longest}x`))).toBe("UNIT_ID_INVALID");
    expect(codeOf(() => manager.register("\u{1f680}".repeat(256)))).toBe("accepted");
    expect(codeOf(() => manager.register(`${"\u{1f680}".repeat(256)}x`))).toBe("UNIT_ID_INVALID");
  });

  it("may be any text, and is refused when it is no text at all: half of a surrogate pair", () => {
    for (const name of ["/", "%", "..", "a\nb", "\u001b[31m", " ", "__proto__", "constructor"]) {
      expect(
        codeOf(() => manager.register(name)),
        name,
      ).toBe("accepted");
      expect(manager.unit(name).status).toBe("pending");
    }
    expect(codeOf(() => manager.register("a\ud800"))).toBe("UNIT_ID_INVALID");
  });
});

describe("the library, without the rules of scripts", () => {
  it("registers a unit once", () => {
    const manager = new UnitManager();
    manager.register("a");
    expect(codeOf(() => manager.register("a"))).toBe("UNIT_ALREADY_REGISTERED");
    expect(manager.size).toBe(1);
  });

  it("takes dependencies of registered units only, on any name", () => {
    const manager = new UnitManager();
    expect(codeOf(() => manager.addDependency("a", "b"))).toBe("UNIT_NOT_FOUND");
    manager.register("a");
    manager.addDependency("a", "b");
    expect(manager.unit("b").status).toBe("not registered");
    expect(manager.dependents("b")).toEqual(["a"]);
    expect(manager.size).toBe(1);
  });

  it("refuses a cycle with the cycle as the cause, and leaves nothing behind", () => {
    // a -> b -> c, and c -> a would close it
    const manager = new UnitManager();
    for (const name of ["a", "b", "c"]) manager.register(name);
    manager.addDependency("a", "b");
    manager.addDependency("b", "c");
    const edges = [...manager.graph.edges()];
    try {
      manager.addDependency("c", "a");
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(ManagerError);
      if (!(error instanceof ManagerError)) return;
      expect(error.code).toBe("FAILED_TO_ADD_DEPENDENCY");
      expect(error.cause).toBeInstanceOf(CycleError);
      expect(error.details.path).toEqual(["c", "a", "b", "c"]);
    }
    expect([...manager.graph.edges()]).toEqual(edges);
    expect(manager.isReady("c")).toBe(true);
  });

  it("overwrites the requirement of a pair, and the readiness follows", () => {
    const manager = new UnitManager();
    manager.register("a");
    manager.register("b");
    manager.updateStatus("b", "started");
    manager.addDependency("a", "b", "completed");
    expect(manager.isReady("a")).toBe(false);
    expect([...manager.addDependency("a", "b", "started")]).toEqual(["a"]);
    expect(manager.isReady("a")).toBe(true);
    manager.updateStatus("b", "failed");
    expect(manager.unit("a").status).toBe("skipped");
    manager.addDependency("a", "b", "finished");
    expect(manager.unit("a")).toMatchObject({ status: "pending", readiness: "ready" });
  });

  it("gives any status to any unit, but not the one it has", () => {
    const manager = new UnitManager();
    expect(codeOf(() => manager.updateStatus("a", "started"))).toBe("UNIT_NOT_FOUND");
    manager.register("a");
    manager.updateStatus("a", "completed");
    manager.updateStatus("a", "failed");
    expect(codeOf(() => manager.updateStatus("a", "failed"))).toBe("SAME_STATUS_ALREADY_SET");
  });

  it("calls a name that nobody declared not registered, and ready", () => {
    expect(new UnitManager().snapshot("x")).toMatchObject({
      status: "not registered",
      readiness: "ready",
      dependencies: [],
    });
  });

  it("does not skip a unit that runs already", () => {
    const manager = new UnitManager();
    for (const name of ["a", "b"]) manager.register(name);
    manager.updateStatus("a", "started");
    manager.addDependency("a", "b");
    manager.updateStatus("b", "failed");
    expect(manager.unit("a")).toMatchObject({ status: "started", readiness: "blocked" });
  });

  it("counts its units by their status, skipped ones and names that are only wanted included", () => {
    const manager = new UnitManager();
    for (const name of ["a", "b", "c", "d"]) manager.register(name);
    manager.updateStatus("a", "completed");
    manager.updateStatus("b", "failed");
    manager.addDependency("c", "b");
    manager.addDependency("d", "e");
    expect(manager.countByStatus()).toEqual({
      "not registered": 1,
      pending: 1,
      started: 0,
      completed: 1,
      failed: 1,
      skipped: 1,
    });
  });

  it("draws itself with every status and requirement", () => {
    const manager = new UnitManager();
    manager.register("a");
    manager.addDependency("a", "b", "started");
    expect(manager.toDot()).toContain("a (pending)");
    expect(manager.toDot()).toContain("b (not registered)");
    expect(manager.toMermaid()).toContain("started");
  });
});

describe("root causes", () => {
  /** c wants b wants a */
  function chain(): UnitManager {
    const manager = new UnitManager();
    for (const name of ["a", "b", "c"]) manager.register(name);
    manager.addDependency("c", "b");
    manager.addDependency("b", "a");
    return manager;
  }

  it("are found at the far end of what was skipped", () => {
    const manager = chain();
    manager.updateStatus("a", "failed", { at: 7, reason: "exit 3" });
    expect(manager.unit("b").status).toBe("skipped");
    expect(manager.unit("c").status).toBe("skipped");
    expect(manager.rootCauses("c")).toEqual([{ name: "a", since: 7, reason: "exit 3" }]);
    expect(manager.failureOf("b")).toEqual(manager.rootCauses("c"));
    expect(manager.failureOf("a")).toEqual(manager.rootCauses("c"));
  });

  it("go through a unit that was reported failed without ever having run", () => {
    const manager = chain();
    manager.updateStatus("a", "failed");
    manager.updateStatus("b", "failed", { reason: "exit 1" });
    expect(manager.rootCauses("c").map(({ name }) => name)).toEqual(["a"]);
  });

  it("end at a unit that has run and failed by itself", () => {
    const manager = chain();
    manager.updateStatus("b", "started");
    manager.updateStatus("a", "failed");
    manager.updateStatus("b", "failed");
    expect(manager.rootCauses("c").map(({ name }) => name)).toEqual(["b"]);
  });

  it("are gone, and so is skipped, when the failed unit is started again", () => {
    const manager = chain();
    manager.updateStatus("a", "failed");
    expect([...manager.updateStatus("a", "started")].sort()).toEqual(["a", "b", "c"]);
    expect(manager.unit("c")).toMatchObject({ status: "pending", readiness: "waiting" });
    expect(manager.rootCauses("c")).toEqual([]);
  });

  it("are found in time on a ladder of diamonds", () => {
    const manager = new UnitManager();
    const rungs = 2_000;
    for (let rung = 0; rung < rungs; rung += 1) {
      for (const name of [`top${rung}`, `left${rung}`, `right${rung}`]) manager.register(name);
    }
    manager.register(`top${rungs}`);
    for (let rung = 0; rung < rungs; rung += 1) {
      for (const side of [`left${rung}`, `right${rung}`]) {
        manager.addDependency(`top${rung}`, side);
        manager.addDependency(side, `top${rung + 1}`);
      }
    }
    const changed = manager.updateStatus(`top${rungs}`, "failed");
    expect(changed.size).toBe(3 * rungs + 1);
    expect(manager.rootCauses("top0").map(({ name }) => name)).toEqual([`top${rungs}`]);
  });
});
