import type { UnitDocument } from "@sync/protocol";
import { expect, test } from "vitest";
import { paint, type Text } from "../../src/render/text.js";
import {
  dependencyColumns,
  unitColumns,
  unitLines,
  unitListLines,
  wideUnitColumns,
} from "../../src/render/unit.js";

const now = Date.parse("2026-01-01T00:03:00.000Z");
const since = "2026-01-01T00:00:00.000Z";

const plain = (lines: readonly Text[]) => lines.map((line) => paint(line, false));
const linesOf = (document: UnitDocument) => plain(unitLines(document, dependencyColumns, now));

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
  expect(linesOf(unit)).toEqual([
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
  expect(linesOf({ ...unit, dependencies }).slice(4)).toEqual([
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
  expect(linesOf({ ...unit, reason: "why", root_causes }).slice(3, 6)).toEqual([
    "Reason: why",
    'Root cause: "db" failed: exit 1',
    'Root cause: "git" failed',
  ]);
});

test("says that there are no units", () => {
  expect(unitListLines([], unitColumns)).toEqual(["No units registered"]);
});

test("tells whose a unit is, who starts it and who waits for it", () => {
  const lines = linesOf({
    ...unit,
    owner: { pid: 41, command: "sh app.sh" },
    starting: { since, pid: 42, command: null },
    waiters: [
      { unit_name: "web", required_status: "started", since, pid: 43, command: "sh web.sh" },
      { unit_name: null, required_status: "completed", since, pid: null, command: null },
    ],
  });
  expect(lines.slice(3, 7)).toEqual([
    "Owner: sh app.sh (pid 41)",
    "Starting: for 3m: pid 42",
    'Waited for by: "web" for 3m; must be started; sh web.sh (pid 43)',
    "Waited for by: a wait for 3m; must be completed; unknown process",
  ]);
});

test("has more columns, with what is in the way of whom", () => {
  const waiter = { required_status: "completed", since, pid: 1, command: "sh" } as const;
  const row = {
    ...unit,
    status: "started",
    since,
    owner: { pid: 41, command: "sh app.sh" },
    waiters: ["a", null, "b", "c", "d"].map((unit_name) => ({ unit_name, ...waiter })),
    reason: "x".repeat(100),
  } as const;
  const lines = plain(unitListLines([row], wideUnitColumns(now)));
  expect(lines.map((line) => line.trimEnd().split(/ {2,}/))).toEqual([
    ["UNIT", "STATUS", "READY", "SINCE", "OWNER", "STARTING", "WAITED FOR BY", "REASON"],
    ["app", "started", "false", "3m", "sh app.sh (pid 41)", "a, (a wait), b, 2 more", `${"x".repeat(59)}…`],
  ]);
});
