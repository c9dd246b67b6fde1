import type { DependencyDocument, RootCause, UnitDocument, UnitRow } from "@sync/protocol";
import { age } from "./age.js";
import { cut, shorten } from "./cut.js";
import { processText, waiterText } from "./facts.js";
import { type Column, table } from "./table.js";
import { statusColors, type Text } from "./text.js";

/** `-o json` has all of it. */
const most = { names: 3, reason: 60, waiters: 10 } as const;

export const dependencyColumns: readonly Column<DependencyDocument>[] = [
  { title: "DEPENDS ON", text: (row) => row.depends_on },
  { title: "REQUIRED STATUS", text: (row) => row.required_status },
  {
    title: "CURRENT STATUS",
    text: (row) => row.current_status,
    color: (row) => statusColors[row.current_status],
  },
  { title: "SATISFIED", text: (row) => String(row.is_satisfied) },
];

export const unitColumns: readonly Column<UnitRow>[] = [
  { title: "UNIT", text: (row) => row.unit_name },
  { title: "STATUS", text: (row) => row.status, color: (row) => statusColors[row.status] },
  { title: "READY", text: (row) => String(row.is_ready) },
];

export function wideUnitColumns(now: number): readonly Column<UnitRow>[] {
  return [
    ...unitColumns,
    { title: "SINCE", text: (row) => sinceText(row, now) },
    { title: "OWNER", text: ({ owner }) => (owner === null ? "" : processText(owner)) },
    {
      title: "STARTING",
      text: ({ starting }) =>
        starting === null ? "" : `for ${age(starting.since, now)}: ${processText(starting)}`,
    },
    { title: "WAITED FOR BY", text: waitersText },
    { title: "REASON", text: ({ reason }) => shorten(reason ?? "", most.reason) },
  ];
}

/** One unit and its dependencies. */
export function unitLines(
  unit: UnitDocument,
  columns: readonly Column<DependencyDocument>[],
  now: number,
): Text[] {
  const { status, owner, starting, dependencies } = unit;
  const waiters = cut(unit.waiters, most.waiters);
  return [
    `Unit: ${unit.unit_name}`,
    ["Status: ", { text: status, color: statusColors[status] }],
    `Ready: ${unit.is_ready}`,
    ...(unit.reason === null ? [] : [`Reason: ${unit.reason}`]),
    ...unit.root_causes.map(rootCauseLine),
    ...(owner === null ? [] : [`Owner: ${processText(owner)}`]),
    ...(starting === null ? [] : [`Starting: for ${age(starting.since, now)}: ${processText(starting)}`]),
    ...waiters.shown.map((waiter) => `Waited for by: ${waiterText(waiter, now)}`),
    ...(waiters.left === 0 ? [] : [`Waited for by: ${waiters.left} more`]),
    "",
    "Dependencies:",
    ...(dependencies.length === 0 ? ["No dependencies found"] : table(columns, dependencies)),
  ];
}

/** Every unit, a line each. */
export function unitListLines(units: readonly UnitRow[], columns: readonly Column<UnitRow>[]): Text[] {
  return units.length === 0 ? ["No units registered"] : table(columns, units);
}

function sinceText({ status, since }: UnitRow, now: number): string {
  // A skipped unit has not reported that: its time is that of something else.
  return since === null || status === "skipped" ? "" : age(since, now);
}

function waitersText({ waiters }: UnitRow): string {
  const { shown, left } = cut(waiters, most.names);
  const names = shown.map(({ unit_name }) => unit_name ?? "(a wait)");
  return [...names, ...(left === 0 ? [] : [`${left} more`])].join(", ");
}

function rootCauseLine({ unit_name, reason }: RootCause): string {
  return `Root cause: "${unit_name}" failed${reason === null ? "" : `: ${reason}`}`;
}
