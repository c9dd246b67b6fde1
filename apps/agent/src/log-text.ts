/** What JSON leaves as it is, and a terminal does not: C1 controls, separators, and what turns the direction of text. */
const dangerous = /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/gu;

/** Makes a line of JSON safe to show. Its meaning stays: such characters are only found inside its strings. */
export function escapeLine(line: string): string {
  return line.replace(dangerous, (character) =>
    character === "\n" ? character : `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** Does the same to one whose strings will be read and shown: what is escaped now is spelt out then, but for \n and \t. */
export function spellOut(line: string): string {
  return escapeLine(line).replace(/\\./g, (pair) => (/[ubfr]$/.test(pair) ? `\\${pair}` : pair));
}
