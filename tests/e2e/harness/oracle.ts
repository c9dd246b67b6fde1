import type { Unit } from "./scenario.js";

export type End = "completed" | "failed" | "skipped";

/** How the dependencies of a unit have ended. */
interface Seen {
  endOf(unit: string): End | undefined;
  wasStarted(unit: string): boolean;
}

/**
 * How a unit may have ended, by the words of the design alone: nearly always there is one way.
 *
 * A unit that has not been reported by anybody when its script is gone is then failed by the harness.
 */
export function endsOf(unit: Unit, seen: Seen): readonly End[] {
  const { fate } = unit;
  const blocks = unit.dependencies.map(({ unit: name, requirement }) => {
    const isBad = seen.endOf(name) === "failed" || seen.endOf(name) === "skipped";
    if (!isBad || requirement === "finished") {
      return "no";
    }
    // It was enough for whoever came while it ran, and not for who came later.
    return requirement === "started" && seen.wasStarted(name) ? "perhaps" : "yes";
  });
  const isBlocked = blocks.includes("yes");
  const mayBeBlocked = isBlocked || blocks.includes("perhaps");

  if (fate.what === "is killed" && fate.when === "before want") {
    return ["failed"];
  }
  if (fate.what === "times out" || (fate.what === "is killed" && fate.when === "while waiting")) {
    return mayBeBlocked ? ["failed", "skipped"] : ["failed"];
  }
  if (fate.what === "is killed at any time") {
    return [
      ...(isBlocked ? [] : ["completed" as const]),
      "failed",
      ...(mayBeBlocked ? ["skipped" as const] : []),
    ];
  }
  return [...(isBlocked ? [] : [endOfWork(unit)]), ...(mayBeBlocked ? ["skipped" as const] : [])];
}

function endOfWork({ kind, fate }: Unit): End {
  // Whatever has happened: that is what this pattern says once its start was granted.
  if (kind === "trap") {
    return "completed";
  }
  if (fate.what === "ends") {
    return fate.status === 0 ? "completed" : "failed";
  }
  return fate.what === "is killed" && fate.when === "after its report" ? "completed" : "failed";
}
