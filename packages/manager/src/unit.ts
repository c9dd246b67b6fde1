import { ManagerError } from "./errors.js";
import type { Readiness, Requirement, Status } from "./status.js";

/** One unit as it is at one moment. */
export interface Unit {
  readonly name: string;
  readonly status: Status;
  readonly readiness: Readiness;
  /** When it last reported, in ms since the epoch; `undefined` for a name that is only wanted. */
  readonly since: number | undefined;
  /** What the last report gave as its reason. */
  readonly reason: string | undefined;
  /** Whoever may report on the unit; `undefined` when anybody may. */
  readonly owner: string | undefined;
}

/** What one unit needs of another. */
export interface Dependency {
  readonly name: string;
  readonly requirement: Requirement;
  readonly status: Status;
  readonly isMet: boolean;
}

/** A dependency that is not met, with what is known of it. */
export interface Blocker {
  readonly name: string;
  readonly requirement: Requirement;
  readonly status: Status;
  readonly since: number | undefined;
  readonly reason: string | undefined;
}

/** A failure at the far end that makes others impossible. */
export interface RootCause {
  readonly name: string;
  readonly since: number | undefined;
  readonly reason: string | undefined;
}

/** A unit with everything that a reader of it asks next. */
export interface UnitSnapshot extends Unit {
  /** Sorted by name. */
  readonly dependencies: readonly Dependency[];
  /** Sorted by name; empty unless the unit is blocked. */
  readonly rootCauses: readonly RootCause[];
}

/** The longest unit name, in bytes of UTF-8. */
export const maxUnitNameBytes = 1024;

/**
 * Makes sure that a unit may have this name.
 *
 * @throws {ManagerError} `UNIT_ID_REQUIRED` when it is empty; `UNIT_ID_INVALID` when it is longer than
 * {@link maxUnitNameBytes} or holds half of a surrogate pair, which no UTF-8 text can carry.
 */
export function checkUnitName(name: string): void {
  if (name === "") throw new ManagerError("UNIT_ID_REQUIRED", "unit name is required");
  const bytes = utf8Length(name);
  if (bytes === undefined) {
    throw new ManagerError(
      "UNIT_ID_INVALID",
      "unit name is not valid Unicode: it holds half of a surrogate pair",
    );
  }
  if (bytes > maxUnitNameBytes) {
    throw new ManagerError(
      "UNIT_ID_INVALID",
      `unit name is too long: ${bytes} bytes of UTF-8, and ${maxUnitNameBytes} is the most`,
    );
  }
}

/** The order of names in every listing: by UTF-16 code units, the same on every machine. */
export function compareNames(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function utf8Length(text: string): number | undefined {
  let bytes = 0;
  for (const character of text) {
    const codePoint = character.codePointAt(0) ?? 0;
    if (codePoint >= 0xd800 && codePoint <= 0xdfff) return undefined;
    bytes += codePoint < 0x80 ? 1 : codePoint < 0x800 ? 2 : codePoint < 0x10000 ? 3 : 4;
  }
  return bytes;
}
