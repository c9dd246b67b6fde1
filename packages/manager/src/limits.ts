import { ManagerError } from "./errors.js";
import type { UnitEvent } from "./events.js";
import type { ReadonlyUnitManager } from "./manager.js";

/** How much there may be; what is not named has no limit. */
export interface Limits {
  /** Names, those that are only wanted included. */
  readonly units?: number | undefined;
  /** What one unit depends on. */
  readonly dependencies?: number | undefined;
  /** What all units depend on, together. */
  readonly edges?: number | undefined;
  /** Calls that wait at the same time. */
  readonly waiters?: number | undefined;
  /** Bytes of UTF-8 that a name has; never more than `maxUnitNameBytes`. */
  readonly name?: number | undefined;
}

/**
 * Makes sure that what a command on `unit` leads to is not too much.
 *
 * @throws {ManagerError} `LIMIT_REACHED`.
 */
export function checkLimits(
  manager: ReadonlyUnitManager,
  unit: string,
  events: readonly UnitEvent[],
  limits: Limits,
): void {
  if (!events.some(({ type }) => type === "registered" || type === "wanted")) return;
  const { vertexCount, edgeCount } = manager.graph;
  const wanted = events.filter(({ type }) => type === "wanted").length;
  const check = (what: string, there: number, more: number, most = Number.POSITIVE_INFINITY) => {
    if (more === 0 || there + more <= most) return;
    throw new ManagerError(
      "LIMIT_REACHED",
      `too many ${what}: there are ${there}, this would make ${more} more, and ${most} is the most`,
      { unit },
    );
  };
  check("units", vertexCount, newNames(manager, events), limits.units);
  check(`dependencies of unit "${unit}"`, manager.dependencyCount(unit), wanted, limits.dependencies);
  check("dependencies", edgeCount, wanted, limits.edges);
}

function newNames(manager: ReadonlyUnitManager, events: readonly UnitEvent[]): number {
  const names = events.map((event) => (event.type === "wanted" ? event.dependency : event.unit));
  return new Set(names.filter((name) => !manager.graph.hasVertex(name))).size;
}
