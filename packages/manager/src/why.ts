import type { ReadonlyUnitManager } from "./manager.js";
import type { DeepBlocker } from "./unit.js";

/**
 * Every dependency below `name` that is not met, depth first and by name. A unit can be named several
 * times, once for each that needs it; what it needs itself follows the first time.
 *
 * @remarks Cost: the part of the graph below `name` that is not met, each dependency once.
 */
export function deepBlockers(manager: ReadonlyUnitManager, name: string): DeepBlocker[] {
  const found: DeepBlocker[] = [];
  const explained = new Set([name]);
  const open = blockersOf(manager, name);
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    found.push(next);
    if (explained.has(next.name) || !isHeldUp(manager, next.name)) continue;
    explained.add(next.name);
    open.push(...blockersOf(manager, next.name));
  }
  return found;
}

/** The last one first, as a stack wants them. */
function blockersOf(manager: ReadonlyUnitManager, neededBy: string): DeepBlocker[] {
  return manager
    .unmetDependencies(neededBy)
    .map((blocker) => ({ ...blocker, neededBy }))
    .toReversed();
}

/** Says whether others keep a unit from getting on: what runs, or has failed by itself, is no one else's doing. */
function isHeldUp(manager: ReadonlyUnitManager, name: string): boolean {
  switch (manager.unit(name).status) {
    case "pending":
    case "skipped":
      return true;
    case "failed":
      return manager.failureOf(name).every((cause) => cause.name !== name);
    case "not registered":
    case "started":
    case "completed":
      return false;
  }
}
