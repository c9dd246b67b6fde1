import type { UnitDocument } from "@sync/protocol";
import { expect, test } from "vitest";
import { dependencyColumns, unitColumns, unitLines, unitListLines } from "../../src/render/unit.js";

const unit: UnitDocument = {
  unit_name: "app",
  status: "pending",
  is_ready: false,
  dependencies: [],
  readiness: "waiting",
  since: null,
  reason: null,
  owner: null,
  starting: null,
  waiters: [],
  root_causes: [],
};

test("says that a unit has no dependencies", () => {
  expect(unitLines(unit, dependencyColumns)).toEqual([
    "Unit: app",
    "Status: pending",
    "Ready: false",
    "",
    "Dependencies:",
    "No dependencies found",
  ]);
});

test("prints a row for each dependency", () => {
  const dependencies: UnitDocument["dependencies"] = [
    { depends_on: "dep-1", required_status: "completed", current_status: "completed", is_satisfied: true },
    {
      depends_on: "dep-2",
      required_status: "completed",
      current_status: "not registered",
      is_satisfied: false,
    },
  ];
  expect(unitLines({ ...unit, dependencies }, dependencyColumns).slice(4)).toEqual([
    "Dependencies:",
    "DEPENDS ON  REQUIRED STATUS  CURRENT STATUS  SATISFIED  ",
    "dep-1       completed        completed       true       ",
    "dep-2       completed        not registered  false      ",
  ]);
});

test("tells why a unit failed, and what made it skipped", () => {
  const root_causes = [
    { unit_name: "db", since: null, reason: "exit 1" },
    { unit_name: "git", since: null, reason: null },
  ];
  expect(unitLines({ ...unit, reason: "why", root_causes }, dependencyColumns).slice(3, 6)).toEqual([
    "Reason: why",
    'Root cause: "db" failed: exit 1',
    'Root cause: "git" failed',
  ]);
});

test("says that there are no units", () => {
  expect(unitListLines([], unitColumns)).toEqual(["No units registered"]);
});
