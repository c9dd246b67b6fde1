import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { lexer, type Token } from "marked";

export const root = fileURLToPath(new URL("../../../../", import.meta.url));

/** What an HTML comment before a block says of it: `<!-- not run: needs the registry -->`. */
const marker = /^<!-- (not run|not output|same as|also run): (.+) -->$/;

export interface Block {
  readonly language: string;
  readonly text: string;
  /** Where its first line is in the document. */
  readonly line: number;
  readonly marker: { readonly kind: string; readonly value: string } | undefined;
}

export interface Document {
  readonly path: string;
  readonly tokens: readonly Token[];
  readonly blocks: readonly Block[];
}

/** Reads a Markdown file of the repository. */
export function readDocument(path: string): Document {
  const text = readFileSync(`${root}${path}`, "utf8");
  const tokens = lexer(text);
  return { path, tokens, blocks: blocksOf(tokens, text) };
}

export function headingTexts({ tokens }: Document): string[] {
  return tokens.flatMap(({ type, ...rest }) =>
    "text" in rest && type === "heading" ? [String(rest.text)] : [],
  );
}

function blocksOf(tokens: readonly Token[], text: string): Block[] {
  const blocks: Block[] = [];
  let from = 0;
  let marked: Block["marker"];
  for (const token of tokens) {
    const at = text.indexOf(token.raw, from);
    from = at + token.raw.length;
    if (token.type === "html") {
      marked = readMarker(token.raw) ?? marked;
    }
    if (token.type === "code") {
      const { lang, text: code } = token;
      blocks.push({
        language: String(lang ?? ""),
        text: String(code),
        line: text.slice(0, at).split("\n").length + 1,
        marker: marked,
      });
      marked = undefined;
    }
  }
  return blocks;
}

function readMarker(html: string): Block["marker"] {
  const [, kind, value] = marker.exec(html.trim()) ?? [];
  return kind === undefined || value === undefined ? undefined : { kind, value };
}
