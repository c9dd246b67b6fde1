import { NONE, type Table } from "./tables.js";

/** The fields that one side has of a vertex, `first` and `last`, and of an edge. */
export interface ListFields {
  readonly first: number;
  readonly last: number;
  readonly next: number;
  readonly previous: number;
  readonly end: number;
}

/**
 * For each vertex the list of the edges on one side of it, oldest first.
 *
 * The lists are doubly linked, so that removal is O(1) and keeps the order of the rest.
 */
export class EdgeLists {
  readonly #vertices: Table;
  readonly #edges: Table;
  readonly #first: number;
  readonly #last: number;
  readonly #next: number;
  readonly #previous: number;
  readonly #end: number;

  constructor(tables: { readonly vertices: Table; readonly edges: Table }, fields: ListFields) {
    this.#vertices = tables.vertices;
    this.#edges = tables.edges;
    this.#first = fields.first;
    this.#last = fields.last;
    this.#next = fields.next;
    this.#previous = fields.previous;
    this.#end = fields.end;
  }

  first(vertex: number): number {
    return this.#vertices.get(vertex, this.#first);
  }

  next(edge: number): number {
    return this.#edges.get(edge, this.#next);
  }

  /** The vertex at the far end of an edge. */
  end(edge: number): number {
    return this.#edges.get(edge, this.#end);
  }

  append(vertex: number, edge: number, end: number): void {
    const last = this.#vertices.get(vertex, this.#last);
    this.#edges.set(edge, this.#next, NONE);
    this.#edges.set(edge, this.#previous, last);
    this.#edges.set(edge, this.#end, end);
    this.#vertices.set(vertex, this.#last, edge);
    if (last === NONE) {
      this.#vertices.set(vertex, this.#first, edge);
    } else {
      this.#edges.set(last, this.#next, edge);
    }
  }

  remove(vertex: number, edge: number): void {
    const previous = this.#edges.get(edge, this.#previous);
    const next = this.#edges.get(edge, this.#next);
    if (previous === NONE) {
      this.#vertices.set(vertex, this.#first, next);
    } else {
      this.#edges.set(previous, this.#next, next);
    }
    if (next === NONE) {
      this.#vertices.set(vertex, this.#last, previous);
    } else {
      this.#edges.set(next, this.#previous, previous);
    }
  }
}
