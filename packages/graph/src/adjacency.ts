import { EdgeIndex } from "./edge-index.js";
import { EdgeLists } from "./edge-lists.js";
import { IdPool, NONE } from "./tables.js";

/**
 * The edges of a graph whose vertices are small integers.
 *
 * Vertex ids come from outside; a vertex exists here by having edges. Edge ids are handed out here
 * and used again once their edge is gone.
 */
export class Adjacency {
  readonly outgoing = new EdgeLists();
  readonly incoming = new EdgeLists();
  readonly #index = new EdgeIndex(this);
  readonly #ids = new IdPool();
  #edgeCount = 0;

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
