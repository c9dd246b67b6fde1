import type { EdgeLists } from "./adjacency.js";
import { IntColumn, NONE } from "./columns.js";
import { VertexHeap } from "./heap.js";
import type { OrderList } from "./order.js";

/** Which way a frontier travels: along the edges, or against them. */
export type Direction = 1 | -1;

/** One side of a two-way search: the vertices reached from a root, nearest in the order first. */
export class Frontier {
  readonly #edges: EdgeLists;
  readonly #ends: IntColumn;
  readonly #order: OrderList;
  readonly #direction: Direction;
  readonly #open = new VertexHeap();
  /** By vertex: the next edge to try. */
  readonly #cursor = new IntColumn();
  /** By vertex: the one it was reached from; the root's is itself. NONE for all others between searches. */
  readonly #parent = new IntColumn();
  #closed: number[] = [];
  #limit = 0;
  #outside = NONE;
  #outsideKey = Number.POSITIVE_INFINITY;
  #visits = 0;

  constructor(edges: EdgeLists, ends: IntColumn, order: OrderList, direction: Direction) {
    this.#edges = edges;
    this.#ends = ends;
    this.#order = order;
    this.#direction = direction;
  }

  /** Vertices whose edges have all been tried, nearest to the root first. */
  get closed(): readonly number[] {
    return this.#closed;
  }

  /** The nearest vertex beyond the goal that an edge led to, or {@link NONE}. */
  get outside(): number {
    return this.#outside;
  }

  /** How many vertices this side has ever reached: the work that the order has cost. */
  get visits(): number {
    return this.#visits;
  }

  has(vertex: number): boolean {
    return this.#parent.get(vertex) !== NONE;
  }

  /** Sets out from `root`, not to pass `goal`. */
  start(root: number, goal: number): void {
    this.#limit = this.#key(goal);
    this.#reach(root, root);
  }

  /** The nearest vertex with an edge not yet tried, or {@link NONE}. */
  nearest(): number {
    let vertex = this.#open.top;
    while (vertex !== NONE && this.#cursor.get(vertex) === NONE) {
      this.#closed.push(this.#open.pop());
      vertex = this.#open.top;
    }
    return vertex;
  }

  /** Tries one edge of `vertex`, which is the nearest; returns its far end if `other` was there first. */
  step(vertex: number, other: Frontier): number {
    const edge = this.#cursor.get(vertex);
    this.#cursor.set(vertex, this.#edges.next(edge));
    const end = this.#ends.get(edge);
    if (other.has(end)) {
      return end;
    }
    if (!this.has(end)) {
      this.#reach(end, vertex);
    }
    return NONE;
  }

  /** The vertices from `vertex` back to the root, both included. */
  trail(vertex: number): number[] {
    const trail = [vertex];
    let current = vertex;
    for (let next = this.#parent.get(current); next !== current; next = this.#parent.get(current)) {
      trail.push(next);
      current = next;
    }
    return trail;
  }

  /** Forgets the search, at the cost of what it visited. */
  clear(): void {
    for (const vertex of this.#closed) {
      this.#parent.set(vertex, NONE);
    }
    for (let vertex = this.#open.pop(); vertex !== NONE; vertex = this.#open.pop()) {
      this.#parent.set(vertex, NONE);
    }
    this.#closed = [];
    this.#outside = NONE;
    this.#outsideKey = Number.POSITIVE_INFINITY;
  }

  #reach(vertex: number, parent: number): void {
    const key = this.#key(vertex);
    if (key <= this.#limit) {
      this.#visits += 1;
      this.#parent.set(vertex, parent);
      this.#cursor.set(vertex, this.#edges.first(vertex));
      this.#open.push(vertex, key);
    } else if (key < this.#outsideKey) {
      this.#outside = vertex;
      this.#outsideKey = key;
    }
  }

  #key(vertex: number): number {
    return this.#direction * this.#order.label(vertex);
  }
}
