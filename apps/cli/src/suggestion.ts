import type { Client } from "@sync/protocol/client";
import { closestMatch } from "leven";

/** For each of these undeclared names, the declared one that looks like it. Asks the agent, when there are any. */
export async function suggestNames(
  client: Client,
  unknown: readonly string[],
  signal?: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  if (unknown.length === 0) {
    return new Map();
  }
  try {
    const units = await client.list({ signal });
    const names = units.flatMap(({ unit_name, status }) => (status === "not registered" ? [] : [unit_name]));
    return new Map(
      [...new Set(unknown)].flatMap((name) => {
        const nearest = nearestName(name, names);
        return nearest === undefined ? [] : [[name, nearest] as const];
      }),
    );
  } catch {
    // Only a hint: what it belongs to matters more than why there is none.
    return new Map();
  }
}

/** The name that differs least, if that is little for its length. */
export function nearestName(unknown: string, names: readonly string[]): string | undefined {
  const maxDistance = Math.min(3, Math.ceil(unknown.length * 0.4), unknown.length - 1);
  return closestMatch(unknown, names, { maxDistance });
}
