import type { Client } from "@sync/protocol/client";
import { closestMatch } from "leven";

/** For each of these undeclared names, the declared one that looks like it. Asks the agent, when there are any. */
export async function suggestNames(
  client: Client,
  unknown: readonly string[],
  signal?: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  const names = unknown.length === 0 ? [] : await declaredNames(client, signal);
  return new Map(
    [...new Set(unknown)].flatMap((name) => {
      const nearest = nearestName(name, names);
      return nearest === undefined ? [] : [[name, nearest] as const];
    }),
  );
}

/** None when the agent does not say: what a hint belongs to matters more than why there is none. */
export async function declaredNames(client: Client, signal?: AbortSignal): Promise<string[]> {
  try {
    const units = await client.list({ signal });
    return units.flatMap(({ unit_name, status }) => (status === "not registered" ? [] : [unit_name]));
  } catch {
    return [];
  }
}

/** The name that differs least, if that is little for its length; none when it is declared itself by now. */
export function nearestName(unknown: string, names: readonly string[]): string | undefined {
  if (names.includes(unknown)) return undefined;
  const maxDistance = Math.min(3, Math.ceil(unknown.length * 0.4), unknown.length - 1);
  return closestMatch(unknown, names, { maxDistance });
}
