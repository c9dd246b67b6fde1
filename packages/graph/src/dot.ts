import type { ReadonlyGraph } from "./readonly-graph.js";
import { type DiagramOptions, vertexText, visible } from "./text.js";

/** Draws a graph in the DOT language. Nodes are called n0, n1, …, so that any text can be a label. */
export function toDot<V, E>(graph: ReadonlyGraph<V, E>, options: DiagramOptions<V, E> = {}): string {
  const { name, label = vertexText, edgeLabel } = options;
  const ids = new Map<V, string>();
  const lines = [name === undefined ? "digraph {" : `digraph ${quoted(name)} {`];
  for (const vertex of graph.vertices()) {
    const id = `n${ids.size}`;
    ids.set(vertex, id);
    lines.push(`  ${id} [label=${quoted(label(vertex))}];`);
  }
  for (const { from, to, edge } of graph.edges()) {
    const text = edgeLabel?.(edge);
    const attributes = text === undefined ? "" : ` [label=${quoted(text)}]`;
    lines.push(`  ${ids.get(from)} -> ${ids.get(to)}${attributes};`);
  }
  lines.push("}", "");
  return lines.join("\n");
}

/** Graphviz reads backslash escapes and HTML entities in labels: both are kept from happening. */
function quoted(text: string): string {
  const escaped = visible(text).replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("&", "&amp;");
  return `"${escaped}"`;
}
