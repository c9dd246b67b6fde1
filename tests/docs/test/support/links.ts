import { existsSync } from "node:fs";
import { dirname, normalize } from "node:path";
import type { Token } from "marked";
import { type Document, headingTexts, readDocument, root } from "./document.js";

/** The links of a document to files and headings of the repository that are not there. */
export function brokenLinks({ path, tokens }: Document): string[] {
  const broken: string[] = [];
  for (const href of hrefs(tokens)) {
    const [file = "", heading] = href.split("#");
    const target = file === "" ? path : normalize(`${dirname(path)}/${file}`);
    const isThere =
      existsSync(`${root}${target}`) && (heading === undefined || headings(target).includes(heading));
    if (!isThere) {
      broken.push(href);
    }
  }
  return broken;
}

/** The targets of all links that have no scheme. */
function hrefs(tokens: readonly Token[]): string[] {
  return tokens
    .filter(({ type }) => type !== "code")
    .flatMap(({ raw }) => Array.from(raw.matchAll(/\]\(([^)\s]+)\)/g), ([, href = ""]) => href))
    .filter((href) => !/^\w+:/.test(href));
}

/** The names that the headings of a document have in links. */
function headings(path: string): string[] {
  return headingTexts(readDocument(path)).map((text) =>
    text
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, "")
      .replaceAll(" ", "-"),
  );
}
