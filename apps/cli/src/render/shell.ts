import { escapeControls } from "./escape.js";

const plain = /^[\w@%+=:,./-]+$/;

/** The words of a command line as a shell takes them back, on one line whatever is in them. */
export function shellLine(words: readonly string[]): string {
  return words.map(shellWord).join(" ");
}

function shellWord(word: string): string {
  if (plain.test(word)) {
    return word;
  }
  const quoted = word.replaceAll("'", String.raw`'\''`);
  if (escapeControls(word) === word) {
    return `'${quoted}'`;
  }
  return `$'${escapeControls(word.replace(/[\\']/g, String.raw`\$&`))}'`;
}
