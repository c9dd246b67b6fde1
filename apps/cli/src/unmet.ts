import type { Requirement, Status, UnitRequirement } from "@sync/protocol";
import type { Client } from "@sync/protocol/client";
import type { Unmet } from "./render/progress.js";

/** A unit that is to be started once its dependencies are met, or what is to be reached. */
export type Target = { readonly unit: string } | { readonly units: readonly UnitRequirement[] };

/** A call each is made for so many. */
const mostUnits = 50;

const metBy: Readonly<Record<Requirement, readonly Status[]>> = {
  started: ["started", "completed"],
  completed: ["completed"],
  finished: ["completed", "failed", "skipped"],
};

/** What is not as it must be; `undefined` when the agent does not say. */
export async function askUnmet(
  client: Client,
  target: Target,
  signal: AbortSignal,
): Promise<Unmet[] | undefined> {
  try {
    if ("unit" in target) {
      const { dependencies } = await client.status(target.unit, { signal });
      return dependencies
        .filter(({ is_satisfied }) => !is_satisfied)
        .map(({ depends_on, current_status }) => ({ unit_name: depends_on, current_status }));
    }
    const units = await Promise.all(
      target.units.slice(0, mostUnits).map(async ({ unit, requirement = "completed" }) => {
        const { unit_name, status } = await client.status(unit, { signal });
        return metBy[requirement].includes(status) ? [] : [{ unit_name, current_status: status }];
      }),
    );
    return units.flat();
  } catch {
    return undefined;
  }
}
