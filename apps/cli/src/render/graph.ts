import type { GraphDocument, Status } from "@sync/protocol";
import { type Column, table } from "./table.js";
import { statusColors, type Text } from "./text.js";

interface Row {
  readonly layer: number;
  readonly unit: string;
  readonly status: Status;
  readonly needs: string;
}

const columns: readonly Column<Row>[] = [
  { title: "LAYER", text: (row) => String(row.layer) },
  { title: "UNIT", text: (row) => row.unit },
  { title: "STATUS", text: (row) => row.status, color: (row) => statusColors[row.status] },
  { title: "NEEDS", text: (row) => row.needs },
];

/** Every unit, dependencies first; what has the same layer can run at the same time. */
export function graphLines({ units, dependencies, layers }: GraphDocument): Text[] {
  if (units.length === 0) {
    return ["No units registered"];
  }
  const statuses = new Map(units.map(({ unit_name, status }) => [unit_name, status]));
  const needs = new Map<string, string[]>();
  for (const { unit_name, depends_on, required_status } of dependencies) {
    const need = required_status === "completed" ? depends_on : `${depends_on}:${required_status}`;
    needs.set(unit_name, [...(needs.get(unit_name) ?? []), need]);
  }
  const rows = layers.flatMap((layer, index) =>
    layer.map((unit) => ({
      layer: index + 1,
      unit,
      status: statuses.get(unit) ?? "not registered",
      needs: needs.get(unit)?.join(", ") ?? "",
    })),
  );
  return table(columns, rows);
}
