import { Table } from "./tables.js";

// The fields of a vertex. Its place in the order:
/** A double. */
export const LABEL = 0;
export const AFTER = 2;
export const BEFORE = 3;
// Its edges:
export const FIRST_OUT = 4;
export const LAST_OUT = 5;
export const FIRST_IN = 6;
export const LAST_IN = 7;
// How a search has reached it, empty between searches:
export const SIDE = 8;
/** The vertex it was reached from; the root's is itself. */
export const PARENT = 9;
/** The next edge to try. */
export const CURSOR = 10;

/**
 * Everything that is kept of a vertex, by whichever part of the graph.
 *
 * A search goes from vertex to vertex in an order that the processor cannot foresee, and waits for the memory
 * of each: with one row a vertex, it waits once.
 */
export function vertexTable(): Table {
  return new Table(11);
}

// The fields of an edge.
export const NEXT_OUT = 0;
export const PREVIOUS_OUT = 1;
export const TO = 2;
export const NEXT_IN = 3;
export const PREVIOUS_IN = 4;
export const FROM = 5;

/** Everything that is kept of an edge. */
export function edgeTable(): Table {
  return new Table(6);
}
