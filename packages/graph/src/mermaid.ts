import type { ReadonlyGraph } from "./readonly-graph.js";
import { type DiagramOptions, vertexText, visible } from "./text.js";

/** Draws a graph as a Mermaid flowchart. Nodes are called n0, n1, …, so that any text can be a label. */
export function toMermaid<V, E>(graph: ReadonlyGraph<V, E>, options: DiagramOptions<V, E> = {}): string {
  const { name, label = vertexText, edgeLabel } = options;
  const ids = new Map<V, string>();
  const lines = name === undefined ? [] : ["---", `title: ${JSON.stringify(visible(name))}`, "---"];
  lines.push("flowchart TD");
  for (const vertex of graph.vertices()) {
    const id = `n${ids.size}`;
    ids.set(vertex, id);
    lines.push(`  ${id}[${quoted(label(vertex))}]`);
  }
  for (const { from, to, edge } of graph.edges()) {
    const text = edgeLabel?.(edge);
    const link = text === undefined ? "-->" : `-->|${quoted(text)}|`;
    lines.push(`  ${ids.get(from)} ${link} ${ids.get(to)}`);
  }
  lines.push("");
  return lines.join("\n");
}

/**
 * What Mermaid would read as something other than text, even inside quotes: its own entities and
 * directives, HTML, Markdown, icons, formulas, and the two characters it marks entities with.
 * Plain names such as `my-app/build_2.0` stay readable.
 */
const SPECIAL = new RegExp(
  [
    /[^\p{L}\p{M}\p{N}\p{S}\p{P}\p{Cf} ]/u,
    /["#$%&'*+:;<=>?@[\\\]^`{|}~!(),¶ﬂ°ß]/u,
    /^[ -]| $|\.(?= |$)/u,
    /(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/u,
  ]
    .map((part) => part.source)
    .join("|"),
  "gu",
);

/** An empty label is a syntax error to Mermaid; a space of no width is not. */
const NOTHING = "#8203;";

function quoted(text: string): string {
  const escaped = visible(text).replace(SPECIAL, (character) =>
    character === '"' ? "#quot;" : `#${character.codePointAt(0)};`,
  );
  return `"${escaped === "" ? NOTHING : escaped}"`;
}
