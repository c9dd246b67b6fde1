/** Control characters, line separators, and what turns the direction of text around. */
const dangerous = /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/gu;

const short: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

/** Makes a line safe for a terminal: what would move the cursor or hide text is spelt out, as `\x1b`. */
export function escapeControls(line: string): string {
  return line.replace(dangerous, (character) => short[character] ?? spelt(character));
}

/** Does the same to JSON text, whose meaning stays: in it, such characters are only found inside strings. */
export function escapeJson(json: string): string {
  return json.replace(dangerous, (character) => (character === "\n" ? character : `\\u${hex(character, 4)}`));
}

function spelt(character: string): string {
  return character <= "\u00FF" ? `\\x${hex(character, 2)}` : `\\u${hex(character, 4)}`;
}

function hex(character: string, digits: number): string {
  return character.charCodeAt(0).toString(16).padStart(digits, "0");
}
