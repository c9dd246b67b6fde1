import { vertexText, visible } from "./text.js";

/** Why a graph refused. Compare these, not messages. */
export type GraphErrorCode = "CYCLE_DETECTED";

/** A refusal by a graph, which it has left unchanged. */
export class GraphError extends Error {
  readonly code: GraphErrorCode;

  constructor(code: GraphErrorCode, message: string) {
    super(message);
    this.name = "GraphError";
    this.code = code;
  }
}

/** Refuses an edge that would close a cycle, and names the whole cycle. */
export class CycleError<V = unknown> extends GraphError {
  /** The cycle: it starts and ends at the vertex the edge was to leave. Whole, however long. */
  readonly path: readonly V[];

  constructor(path: readonly V[]) {
    super("CYCLE_DETECTED", `cycle detected: ${describe(path)}`);
    this.name = "CycleError";
    this.path = path;
  }
}

const ENDS_SHOWN = 6;

/** A long path is cut in the message only: a cycle of 100 000 vertices must not fill a terminal. */
function describe(path: readonly unknown[]): string {
  const hidden = path.length - 2 * ENDS_SHOWN;
  if (hidden <= 0) {
    return names(path).join(" -> ");
  }
  const start = names(path.slice(0, ENDS_SHOWN));
  const end = names(path.slice(-ENDS_SHOWN));
  return [...start, `(${hidden} more)`, ...end].join(" -> ");
}

function names(vertices: readonly unknown[]): string[] {
  return vertices.map((vertex) => visible(vertexText(vertex)));
}
