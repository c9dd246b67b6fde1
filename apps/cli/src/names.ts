import type { Requirement, UnitRequirement } from "@sync/protocol";
import { UsageError } from "./usage-error.js";

export const requirements: readonly Requirement[] = ["started", "completed", "finished"];

/**
 * The unit of a verb that takes exactly one.
 *
 * @throws {UsageError}
 */
export function oneUnit(names: readonly string[], verb: string): string {
  const [unit, ...more] = names;
  if (unit === undefined || more.length > 0) {
    throw new UsageError("exactly one unit name is required", `syncctl ${verb} app`);
  }
  return checkName(unit);
}

/** @throws {UsageError} when the name is empty, or not the one that was given. */
export function checkName(name: string): string {
  if (name === "") {
    throw new UsageError("unit name is required: the name is empty");
  }
  return checkText(name, "unit name");
}

/**
 * What Node cannot decode it replaces: two names would become one, and a command would get another argument.
 *
 * @throws {UsageError} when that has happened.
 */
export function checkText(text: string, what: string): string {
  if (text.includes("\uFFFD")) {
    throw new UsageError(`${what} is not valid UTF-8, or has U+FFFD in it: ${JSON.stringify(text)}`);
  }
  return text;
}

/**
 * Reads `db` or `db:started`. Only the last of the three words after a colon is a requirement, so a unit
 * called `db:started` is written `db:started:completed`.
 *
 * @throws {UsageError} as {@link checkName}.
 */
export function parseUnitRequirement(text: string): UnitRequirement {
  const colon = text.lastIndexOf(":");
  const requirement = requirements.find((word) => colon !== -1 && word === text.slice(colon + 1));
  return requirement === undefined
    ? { unit: checkName(text) }
    : { unit: checkName(text.slice(0, colon)), requirement };
}

/** Names as the verbs print them: `[a, b]`. */
export function nameList(names: readonly string[]): string {
  return `[${names.join(", ")}]`;
}
