import { ProtocolError } from "@sync/protocol/client";
import { closestMatch } from "leven";
import type { Suggestion } from "./render/next-step.js";
import type { Session } from "./session.js";

/** Looks for a declared name like the undeclared one that a call has failed on. Asks the agent. */
export async function suggestName(session: Session, error: unknown): Promise<Suggestion | undefined> {
  const unknown = error instanceof ProtocolError ? undeclaredName(error) : undefined;
  if (unknown === undefined) {
    return undefined;
  }
  try {
    const units = await session.client.list();
    const names = units.flatMap(({ unit_name, status }) => (status === "not registered" ? [] : [unit_name]));
    const nearest = nearestName(unknown, names);
    return nearest === undefined ? undefined : { unknown, nearest };
  } catch {
    // Only a hint: the error itself matters more than why there is none.
    return undefined;
  }
}

/** The name that differs least, if that is little for its length. */
export function nearestName(unknown: string, names: readonly string[]): string | undefined {
  const maxDistance = Math.min(3, Math.ceil(unknown.length * 0.4), unknown.length - 1);
  return closestMatch(unknown, names, { maxDistance });
}

/** The unit itself, or the first name somebody waits for that nobody has declared. */
function undeclaredName({ code, problem }: ProtocolError): string | undefined {
  switch (code) {
    case "UNIT_NOT_FOUND":
      return problem?.unit_name;
    case "WAIT_TIMEOUT":
      return problem?.blockers?.find(({ current_status }) => current_status === "not registered")?.unit_name;
    default:
      return undefined;
  }
}
