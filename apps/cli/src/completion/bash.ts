import type { Candidate } from "./candidates.js";

type Quote = "" | "'" | '"';

/** A line as far as it is typed, as bash reads it. */
interface TypedLine {
  /** What is typed of each word, without its quotes; the last is the one to be completed. */
  readonly words: readonly string[];
  /** The quote that is still open. */
  readonly quote: Quote;
  /** How much of the last word stays on the line: bash replaces only what follows a word break or an open quote. */
  readonly kept: number;
}

/** Reads a line, with the characters at which bash breaks words when it completes (`$COMP_WORDBREAKS`). */
export function readBashLine(line: string, wordBreaks: string): TypedLine {
  const words: string[] = [];
  let word: string | undefined;
  let quote: Quote = "";
  let kept = 0;
  for (let at = 0; at < line.length; at += 1) {
    const character = line.charAt(at);
    const next = line.charAt(at + 1);
    if (character === quote) {
      quote = "";
    } else if (quote === "'") {
      word = `${word ?? ""}${character}`;
    } else if (character === "\\" && (quote === "" || /["\\$`]/.test(next))) {
      word = `${word ?? ""}${next}`;
      at += 1;
    } else if (quote === '"') {
      word = `${word ?? ""}${character}`;
    } else if (character === "'" || character === '"') {
      quote = character;
      word ??= "";
      kept = word.length;
    } else if (/\s/.test(character)) {
      words.push(...(word === undefined ? [] : [word]));
      word = undefined;
      kept = 0;
    } else {
      word = `${word ?? ""}${character}`;
      kept = wordBreaks.includes(character) ? word.length : kept;
    }
  }
  return { words: [...words, word ?? ""], quote, kept };
}

/** The candidates that go on with what is typed, as the text with which bash replaces the end of the line. */
export function bashReplies(
  candidates: readonly Candidate[],
  { words, quote, kept }: TypedLine,
): Candidate[] {
  const typed = words.at(-1) ?? "";
  return candidates
    .filter(({ value }) => value.startsWith(typed) && canBeIn(quote, value))
    .map(({ value, description }) => ({ value: quoted(value.slice(kept), quote), description }));
}

/** Nothing in single quotes can stand for one, and nothing in double quotes keeps `!` from being history. */
function canBeIn(quote: Quote, value: string): boolean {
  return !((quote === "'" && value.includes("'")) || (quote === '"' && value.includes("!")));
}

function quoted(text: string, quote: Quote): string {
  switch (quote) {
    case "'":
      return text;
    case '"':
      return text.replace(/["\\$`]/g, String.raw`\$&`);
    case "":
      return text.replace(/[^\w/.:=@%+,\-\u0080-\uFFFF]/g, String.raw`\$&`);
    default:
      return quote satisfies never;
  }
}
