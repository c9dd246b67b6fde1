import { describe, expect, it } from "vitest";
import {
  decide,
  ManagerError,
  type Status,
  transitions,
  UnitManager,
  type Verb,
  whyNotStarted,
} from "../src/index.js";
import { type Requirement, requirementState } from "../src/status.js";

describe("a requirement", () => {
  const table: [Requirement, Status[], Status[]][] = [
    ["started", ["started", "completed"], ["failed", "skipped"]],
    ["completed", ["completed"], ["failed", "skipped"]],
    ["finished", ["completed", "failed", "skipped"], []],
  ];
  const statuses: Status[] = ["not registered", "pending", "started", "completed", "failed", "skipped"];

  for (const [requirement, met, impossible] of table) {
    it(`"${requirement}" is met by ${met.join(", ")} and impossible while ${impossible.join(", ") || "never"}`, () => {
      for (const status of statuses) {
        const expected = met.includes(status) ? "met" : impossible.includes(status) ? "impossible" : "unmet";
        expect(requirementState(requirement, status), status).toBe(expected);
      }
    });
  }
});

describe("a transition", () => {
  /** Brings `x` into a situation; `x` needs `dep` wherever readiness matters. */
  const situations = {
    "not registered": [],
    "pending, ready": ["register x"],
    "pending, waiting": ["register x", "want x dep"],
    skipped: ["register x", "want x dep", "register dep", "fail dep"],
    started: ["register x", "start x"],
    completed: ["register x", "start x", "complete x"],
    failed: ["register x", "start x", "fail x"],
    "completed, waiting": ["register x", "start x", "complete x", "want x dep"],
    "failed, waiting": ["register x", "start x", "fail x", "want x dep"],
    "failed, blocked": ["register x", "start x", "fail x", "want x dep", "register dep", "fail dep"],
  } satisfies Record<string, string[]>;

  const expected: Record<keyof typeof situations, Record<Verb, string>> = {
    "not registered": {
      start: "started",
      complete: "UNIT_NOT_FOUND",
      fail: "UNIT_NOT_FOUND",
      reset: "UNIT_NOT_FOUND",
    },
    "pending, ready": { start: "started", complete: "completed", fail: "failed", reset: "pending" },
    "pending, waiting": {
      start: "DEPENDENCIES_NOT_SATISFIED",
      complete: "DEPENDENCIES_NOT_SATISFIED",
      fail: "failed",
      reset: "pending",
    },
    skipped: { start: "DEPENDENCY_FAILED", complete: "DEPENDENCY_FAILED", fail: "failed", reset: "skipped" },
    started: { start: "SAME_STATUS_ALREADY_SET", complete: "completed", fail: "failed", reset: "pending" },
    completed: {
      start: "started",
      complete: "SAME_STATUS_ALREADY_SET",
      fail: "INVALID_TRANSITION",
      reset: "pending",
    },
    failed: {
      start: "started",
      complete: "INVALID_TRANSITION",
      fail: "SAME_STATUS_ALREADY_SET",
      reset: "pending",
    },
    "completed, waiting": {
      start: "DEPENDENCIES_NOT_SATISFIED",
      complete: "SAME_STATUS_ALREADY_SET",
      fail: "INVALID_TRANSITION",
      reset: "pending",
    },
    "failed, waiting": {
      start: "DEPENDENCIES_NOT_SATISFIED",
      complete: "INVALID_TRANSITION",
      fail: "SAME_STATUS_ALREADY_SET",
      reset: "pending",
    },
    "failed, blocked": {
      start: "DEPENDENCY_FAILED",
      complete: "INVALID_TRANSITION",
      fail: "SAME_STATUS_ALREADY_SET",
      reset: "skipped",
    },
  };

  for (const situation of Object.keys(situations) as (keyof typeof situations)[]) {
    for (const verb of Object.keys(transitions.pending) as Verb[]) {
      it(`of a unit that is ${situation}: ${verb} gives ${expected[situation][verb]}`, () => {
        const manager = new UnitManager();
        for (const step of situations[situation]) take(manager, step);
        expect(outcome(manager, verb)).toBe(expected[situation][verb]);
      });
    }
  }
});

function take(manager: UnitManager, step: string): void {
  const [verb = "", unit = "", dependency = ""] = step.split(" ");
  if (verb === "register") manager.register(unit);
  else if (verb === "want") manager.addDependency(unit, dependency);
  else
    manager.updateStatus(unit, verb === "start" ? "started" : verb === "complete" ? "completed" : "failed");
}

function outcome(manager: UnitManager, verb: Verb): string {
  const before = JSON.stringify(manager.units());
  try {
    for (const event of decide(manager, { type: verb, unit: "x" }, 0)) manager.apply(event);
  } catch (error) {
    expect(JSON.stringify(manager.units())).toBe(before);
    if (error instanceof ManagerError) return error.code;
    throw error;
  }
  const refusal = verb === "start" ? whyNotStarted(manager, "x") : undefined;
  return refusal?.code ?? manager.unit("x").status;
}
