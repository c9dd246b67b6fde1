import { ManagerError } from "./errors.js";

/** The longest unit name, in bytes of UTF-8. */
export const maxUnitNameBytes = 1024;

/**
 * Makes sure that a unit may have this name, of no more than so many bytes.
 *
 * @throws {ManagerError} `UNIT_ID_REQUIRED` when it is empty; `UNIT_ID_INVALID` when it is too long or holds half of a surrogate pair, which no UTF-8 text can carry.
 */
export function checkUnitName(name: string, mostBytes = maxUnitNameBytes): void {
  if (name === "") throw new ManagerError("UNIT_ID_REQUIRED", "unit name is required");
  const bytes = utf8Length(name);
  if (bytes === undefined) {
    throw new ManagerError(
      "UNIT_ID_INVALID",
      "unit name is not valid Unicode: it holds half of a surrogate pair",
    );
  }
  if (bytes > mostBytes) {
    throw new ManagerError(
      "UNIT_ID_INVALID",
      `unit name is too long: ${bytes} bytes of UTF-8, and ${mostBytes} is the most`,
    );
  }
}

/** The order of names in every listing: by UTF-16 code units, the same on every machine. */
export function compareNames(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function utf8Length(text: string): number | undefined {
  let bytes = 0;
  for (let index = 0; index < text.length; index += 1) {
    const codePoint = text.codePointAt(index) ?? 0;
    if (codePoint >= 0xd800 && codePoint <= 0xdfff) return undefined;
    if (codePoint >= 0x10000) index += 1;
    bytes += codePoint < 0x80 ? 1 : codePoint < 0x800 ? 2 : codePoint < 0x10000 ? 3 : 4;
  }
  return bytes;
}
