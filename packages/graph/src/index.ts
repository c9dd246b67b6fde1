export { CycleError, GraphError, type GraphErrorCode } from "./errors.js";
export { Graph } from "./graph.js";
export type { Edge, ReadonlyGraph } from "./readonly-graph.js";
export type { DiagramOptions } from "./text.js";
