import { EdgeIndex } from "./edge-index.js";
import { EdgeLists } from "./edge-lists.js";
import {
  edgeTable,
  FIRST_IN,
  FIRST_OUT,
  FROM,
  LAST_IN,
  LAST_OUT,
  NEXT_IN,
  NEXT_OUT,
  PREVIOUS_IN,
  PREVIOUS_OUT,
  TO,
} from "./rows.js";
import { IdPool, NONE, type Table } from "./tables.js";

/**
 * The edges of a graph whose vertices are small integers.
 *
 * Vertex ids come from outside; a vertex exists here by having edges. Edge ids are handed out here
 * and used again once their edge is gone.
 */
export class Adjacency {
  readonly outgoing: EdgeLists;
  readonly incoming: EdgeLists;
  readonly #index = new EdgeIndex(this);
  readonly #ids = new IdPool();
  #edgeCount = 0;

  /** @param vertices where the ends of their lists are kept. */
  constructor(vertices: Table) {
    const tables = { vertices, edges: edgeTable() };
    this.outgoing = new EdgeLists(tables, {
      first: FIRST_OUT,
      last: LAST_OUT,
      next: NEXT_OUT,
      previous: PREVIOUS_OUT,
      end: TO,
    });
    this.incoming = new EdgeLists(tables, {
      first: FIRST_IN,
      last: LAST_IN,
      next: NEXT_IN,
      previous: PREVIOUS_IN,
      end: FROM,
    });
  }

  get edgeCount(): number {
    return this.#edgeCount;
  }

  from(edge: number): number {
    return this.incoming.end(edge);
  }

  to(edge: number): number {
    return this.outgoing.end(edge);
  }

  hasOutgoing(vertex: number): boolean {
    return this.outgoing.first(vertex) !== NONE;
  }

  hasIncoming(vertex: number): boolean {
    return this.incoming.first(vertex) !== NONE;
  }

  /** The edge between two vertices, or {@link NONE}. O(1). */
  find(from: number, to: number): number {
    return this.hasOutgoing(from) && this.hasIncoming(to) ? this.#index.find(from, to) : NONE;
  }

  /** Adds an edge that must not be there yet, and returns its id. O(1) amortised. */
  add(from: number, to: number): number {
    const edge = this.#ids.take();
    this.outgoing.append(from, edge, to);
    this.incoming.append(to, edge, from);
    this.#index.add(edge);
    this.#edgeCount += 1;
    return edge;
  }

  remove(edge: number): void {
    this.#index.remove(edge);
    this.outgoing.remove(this.from(edge), edge);
    this.incoming.remove(this.to(edge), edge);
    this.#ids.giveBack(edge);
    this.#edgeCount -= 1;
  }
}
