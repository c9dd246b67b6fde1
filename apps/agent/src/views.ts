import type {
  Blocker,
  Caller,
  Coordinator,
  Dependency,
  HeldCall,
  ReadonlyUnitManager,
  RecordedEvent,
  RootCause,
  Snapshot,
  Unit,
  UnitSnapshot,
} from "@sync/manager";
import { compareNames, deepBlockers } from "@sync/manager";
import type * as wire from "@sync/protocol";
import type { FileJournal } from "./journal/file-journal.js";

/** What is known of those who wait. */
type Calls = Pick<Coordinator, "starting" | "waitersOf">;

function sortedUnits(units: ReadonlyUnitManager): Unit[] {
  return units.units().sort((a, b) => compareNames(a.name, b.name));
}

export function unitRows(coordinator: Coordinator): wire.UnitRow[] {
  return sortedUnits(coordinator.units).map((unit) => ({
    unit_name: unit.name,
    status: unit.status,
    is_ready: unit.readiness === "ready",
    since: timestamp(unit.since),
    reason: unit.reason ?? null,
    owner: caller(unit.owner),
    starting: call(coordinator.starting(unit.name)),
    waiters: waiters(unit.name, coordinator),
  }));
}

/** Every command is answered with one. It is written out: to spread objects into it takes Node 20 as long as the command. */
export function unitDocument(unit: UnitSnapshot, calls: Calls): wire.UnitDocument {
  return {
    unit_name: unit.name,
    status: unit.status,
    is_ready: unit.readiness === "ready",
    dependencies: unit.dependencies.map((dependency) => ({
      depends_on: dependency.name,
      required_status: dependency.requirement,
      current_status: dependency.status,
      is_satisfied: dependency.isMet,
    })),
    readiness: unit.readiness,
    since: timestamp(unit.since),
    reason: unit.reason ?? null,
    owner: caller(unit.owner),
    starting: call(calls.starting(unit.name)),
    waiters: waiters(unit.name, calls),
    root_causes: unit.rootCauses.map(rootCause),
  };
}

function waiters(unit: string, calls: Calls): wire.Waiter[] {
  return calls.waitersOf(unit).map((waiter) => ({
    unit_name: waiter.unit ?? null,
    required_status: waiter.requirement,
    ...heldCall(waiter),
  }));
}

export function whyDocument(unit: UnitSnapshot, coordinator: Coordinator): wire.WhyDocument {
  return {
    ...unitDocument(unit, coordinator),
    blockers: deepBlockers(coordinator.units, unit.name).map((deep) => ({
      ...blocker(deep),
      needed_by: deep.neededBy,
      starting: call(coordinator.starting(deep.name)),
    })),
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

export function eventDocument(item: RecordedEvent | Snapshot, calls: Calls): wire.EventDocument {
  const { sequence } = item;
  if ("units" in item) {
    const units = [...item.units]
      .sort((a, b) => compareNames(a.name, b.name))
      .map((unit) => unitDocument(unit, calls));
    return { type: "snapshot", sequence, units };
  }
  const { event } = item;
  const fact = { sequence, at: new Date(event.at).toISOString(), unit_name: event.unit };
  switch (event.type) {
    case "registered":
      return { type: event.type, ...fact };
    case "attempted":
    case "started":
      return { type: event.type, ...fact, owner: caller(event.owner) };
    case "wanted":
      return { type: event.type, ...fact, depends_on: event.dependency, required_status: event.requirement };
    case "completed":
    case "failed":
    case "reset":
      return { type: event.type, ...fact, reason: event.reason ?? null };
  }
}

export function graphDocument(units: ReadonlyUnitManager): wire.GraphDocument {
  const rows = sortedUnits(units).map(({ name, status, readiness }) => ({
    unit_name: name,
    status,
    is_ready: readiness === "ready",
  }));
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

export function blocker({ name, requirement, status, since, reason, owner }: Blocker): wire.Blocker {
  return {
    unit_name: name,
    required_status: requirement,
    current_status: status,
    since: timestamp(since),
    reason: reason ?? null,
    owner: caller(owner),
  };
}

export function journalDocument({ path, bytes, beginning, failure }: FileJournal): wire.JournalDocument {
  return {
    path,
    bytes,
    beginning,
    failure: failure?.error.message ?? null,
    failing_since: timestamp(failure?.since),
  };
}

function call(held: HeldCall | undefined): wire.Call | null {
  return held === undefined ? null : heldCall(held);
}

function heldCall(held: HeldCall): wire.Call {
  return { since: new Date(held.since).toISOString(), ...process(held) };
}

function caller(known: Caller | undefined): wire.Owner | null {
  return known === undefined ? null : process(known);
}

function process({ pid, command }: Caller): wire.Owner {
  return { pid: pid ?? null, command: command ?? null };
}

export function rootCause({ name, since, reason }: RootCause): wire.RootCause {
  return { unit_name: name, since: timestamp(since), reason: reason ?? null };
}

function timestamp(ms: number | undefined): string | null {
  return ms === undefined ? null : new Date(ms).toISOString();
}
