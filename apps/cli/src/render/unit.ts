import type { DependencyDocument, RootCause, UnitDocument, UnitRow } from "@sync/protocol";
import { type Column, table } from "./table.js";

export const dependencyColumns: readonly Column<DependencyDocument>[] = [
  { title: "DEPENDS ON", text: (row) => row.depends_on },
  { title: "REQUIRED STATUS", text: (row) => row.required_status },
  { title: "CURRENT STATUS", text: (row) => row.current_status },
  { title: "SATISFIED", text: (row) => String(row.is_satisfied) },
];

export const unitColumns: readonly Column<UnitRow>[] = [
  { title: "UNIT", text: (row) => row.unit_name },
  { title: "STATUS", text: (row) => row.status },
  { title: "READY", text: (row) => String(row.is_ready) },
];

/** One unit and its dependencies. */
export function unitLines(unit: UnitDocument, columns: readonly Column<DependencyDocument>[]): string[] {
  const { dependencies } = unit;
  return [
    `Unit: ${unit.unit_name}`,
    `Status: ${unit.status}`,
    `Ready: ${unit.is_ready}`,
    ...(unit.reason === null ? [] : [`Reason: ${unit.reason}`]),
    ...unit.root_causes.map(rootCauseLine),
    "",
    "Dependencies:",
    ...(dependencies.length === 0 ? ["No dependencies found"] : table(columns, dependencies)),
  ];
}

/** Every unit, a line each. */
export function unitListLines(units: readonly UnitRow[], columns: readonly Column<UnitRow>[]): string[] {
  return units.length === 0 ? ["No units registered"] : table(columns, units);
}

/** Names as the verbs print them: `[a, b]`. */
export function nameList(names: readonly string[]): string {
  return `[${names.join(", ")}]`;
}

function rootCauseLine({ unit_name, reason }: RootCause): string {
  return `Root cause: "${unit_name}" failed${reason === null ? "" : `: ${reason}`}`;
}
