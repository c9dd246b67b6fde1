import { IdPool, IntColumn, NONE } from "./columns.js";
import { EdgeIndex } from "./edge-index.js";

/** For each vertex a doubly linked list of edges, oldest first: removal is O(1) and keeps the order. */
export class EdgeLists {
  readonly #first = new IntColumn();
  readonly #last = new IntColumn();
  readonly #next = new IntColumn();
  readonly #previous = new IntColumn();

  first(vertex: number): number {
    return this.#first.get(vertex);
  }

  next(edge: number): number {
    return this.#next.get(edge);
  }

  append(vertex: number, edge: number): void {
    const last = this.#last.get(vertex);
    this.#previous.set(edge, last);
    this.#next.set(edge, NONE);
    this.#last.set(vertex, edge);
    if (last === NONE) {
      this.#first.set(vertex, edge);
    } else {
      this.#next.set(last, edge);
    }
  }

  remove(vertex: number, edge: number): void {
    const previous = this.#previous.get(edge);
    const next = this.#next.get(edge);
    if (previous === NONE) {
      this.#first.set(vertex, next);
    } else {
      this.#next.set(previous, next);
    }
    if (next === NONE) {
      this.#last.set(vertex, previous);
    } else {
      this.#previous.set(next, previous);
    }
  }
}

/**
 * The edges of a graph whose vertices are small integers.
 *
 * Vertex ids come from outside; a vertex exists here by having edges. Edge ids are handed out here
 * and used again once their edge is gone.
 */
export class Adjacency {
  /** By edge: the vertex it leaves, and the one it leads to. */
  readonly from = new IntColumn();
  readonly to = new IntColumn();
  readonly outgoing = new EdgeLists();
  readonly incoming = new EdgeLists();
  readonly #index = new EdgeIndex(this.from, this.to);
  readonly #ids = new IdPool();
  #edgeCount = 0;

  get edgeCount(): number {
    return this.#edgeCount;
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
    this.from.set(edge, from);
    this.to.set(edge, to);
    this.outgoing.append(from, edge);
    this.incoming.append(to, edge);
    this.#index.add(edge);
    this.#edgeCount += 1;
    return edge;
  }

  remove(edge: number): void {
    this.#index.remove(edge);
    this.outgoing.remove(this.from.get(edge), edge);
    this.incoming.remove(this.to.get(edge), edge);
    this.#ids.giveBack(edge);
    this.#edgeCount -= 1;
  }
}
