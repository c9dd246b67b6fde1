import { checkName, nameList, parseUnitRequirement } from "../names.js";
import type { Session } from "../session.js";
import { UsageError } from "../usage-error.js";

export async function want(session: Session, names: readonly string[]): Promise<void> {
  const [unit, ...dependencies] = names;
  if (unit === undefined || dependencies.length === 0) {
    throw new UsageError(
      "at least two arguments are required: unit and one or more depends-on",
      "syncctl want app database",
    );
  }
  await session.client.want(checkName(unit), dependencies.map(parseUnitRequirement));
  session.say(`Unit "${unit}" declared dependencies: ${nameList(dependencies)}`);
}
