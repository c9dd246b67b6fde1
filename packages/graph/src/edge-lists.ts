import { IntTable, NONE } from "./tables.js";

// Fields of a vertex.
const FIRST = 0;
const LAST = 1;

// Fields of an edge.
const NEXT = 0;
const PREVIOUS = 1;
const END = 2;

/**
 * For each vertex the list of the edges on one side of it, oldest first.
 *
 * The lists are doubly linked, so that removal is O(1) and keeps the order of the rest.
 */
export class EdgeLists {
  readonly #vertices = new IntTable(2);
  readonly #edges = new IntTable(3);

  first(vertex: number): number {
    return this.#vertices.get(vertex, FIRST);
  }

  next(edge: number): number {
    return this.#edges.get(edge, NEXT);
  }

  /** The vertex at the far end of an edge. */
  end(edge: number): number {
    return this.#edges.get(edge, END);
  }

  append(vertex: number, edge: number, end: number): void {
    const last = this.#vertices.get(vertex, LAST);
    this.#edges.set(edge, NEXT, NONE);
    this.#edges.set(edge, PREVIOUS, last);
    this.#edges.set(edge, END, end);
    this.#vertices.set(vertex, LAST, edge);
    if (last === NONE) {
      this.#vertices.set(vertex, FIRST, edge);
    } else {
      this.#edges.set(last, NEXT, edge);
    }
  }

  remove(vertex: number, edge: number): void {
    const previous = this.#edges.get(edge, PREVIOUS);
    const next = this.#edges.get(edge, NEXT);
    if (previous === NONE) {
      this.#vertices.set(vertex, FIRST, next);
    } else {
      this.#edges.set(previous, NEXT, next);
    }
    if (next === NONE) {
      this.#vertices.set(vertex, LAST, previous);
    } else {
      this.#edges.set(next, PREVIOUS, previous);
    }
  }
}
