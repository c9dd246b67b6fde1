import type {
  Blocker,
  Dependency,
  ReadonlyUnitManager,
  RecordedEvent,
  RootCause,
  Snapshot,
  Unit,
  UnitSnapshot,
} from "@sync/manager";
import { compareNames } from "@sync/manager";
import type * as wire from "@sync/protocol";

function unitRow(unit: Unit): wire.UnitRow {
  return { unit_name: unit.name, status: unit.status, is_ready: unit.readiness === "ready" };
}

export function unitRows(units: ReadonlyUnitManager): wire.UnitRow[] {
  return units
    .units()
    .sort((a, b) => compareNames(a.name, b.name))
    .map(unitRow);
}

export function unitDocument(unit: UnitSnapshot): wire.UnitDocument {
  return {
    ...unitRow(unit),
    dependencies: unit.dependencies.map((dependency) => ({
      depends_on: dependency.name,
      required_status: dependency.requirement,
      current_status: dependency.status,
      is_satisfied: dependency.isMet,
    })),
    readiness: unit.readiness,
    since: timestamp(unit.since),
    reason: unit.reason ?? null,
    root_causes: unit.rootCauses.map(rootCause),
  };
}

export function waitDocument(dependencies: readonly Dependency[]): wire.WaitDocument {
  return {
    units: dependencies.map((dependency) => ({
      unit_name: dependency.name,
      required_status: dependency.requirement,
      current_status: dependency.status,
      is_satisfied: dependency.isMet,
    })),
  };
}

export function eventDocument(item: RecordedEvent | Snapshot): wire.EventDocument {
  const { sequence } = item;
  if ("units" in item) {
    const units = [...item.units].sort((a, b) => compareNames(a.name, b.name)).map(unitDocument);
    return { type: "snapshot", sequence, units };
  }
  const { event } = item;
  const fact = { sequence, at: new Date(event.at).toISOString(), unit_name: event.unit };
  switch (event.type) {
    case "registered":
    case "started":
      return { type: event.type, ...fact };
    case "wanted":
      return { type: event.type, ...fact, depends_on: event.dependency, required_status: event.requirement };
    case "completed":
    case "failed":
    case "reset":
      return { type: event.type, ...fact, reason: event.reason ?? null };
  }
}

export function graphDocument(units: ReadonlyUnitManager): wire.GraphDocument {
  const rows = unitRows(units);
  return {
    units: rows,
    dependencies: rows.flatMap(({ unit_name }) =>
      units.snapshot(unit_name).dependencies.map((dependency) => ({
        unit_name,
        depends_on: dependency.name,
        required_status: dependency.requirement,
        is_satisfied: dependency.isMet,
      })),
    ),
    layers: units.graph.layers().map((layer) => layer.sort(compareNames)),
  };
}

export function blocker({ name, requirement, status, since, reason }: Blocker) {
  return {
    unit_name: name,
    required_status: requirement,
    current_status: status,
    since: timestamp(since),
    reason: reason ?? null,
  };
}

export function rootCause({ name, since, reason }: RootCause): wire.RootCause {
  return { unit_name: name, since: timestamp(since), reason: reason ?? null };
}

function timestamp(ms: number | undefined): string | null {
  return ms === undefined ? null : new Date(ms).toISOString();
}
