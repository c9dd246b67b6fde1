import type { EdgeLists } from "./edge-lists.js";
import { VertexHeap } from "./heap.js";
import type { OrderList } from "./order.js";
import { IntTable, NONE } from "./tables.js";

// Fields of a vertex that a search has reached.
const SIDE = 0;
/** The vertex it was reached from; the root's is itself. */
const PARENT = 1;
/** The next edge to try. */
const CURSOR = 2;

/** Which vertices the two sides of a search have reached, and how. Empty between searches. */
export function reachedTable(): IntTable {
  return new IntTable(3);
}

/** The side that follows the edges, and the one that goes against them. */
export type Side = "forward" | "backward";

/** One side of a two-way search: the vertices reached from a root, those nearest to it in the order first. */
export class Frontier {
  readonly #edges: EdgeLists;
  readonly #order: OrderList;
  readonly #reached: IntTable;
  /** 1 for the forward side and -1 for the backward one: times a label, how far a vertex is out. */
  readonly #sign: number;
  readonly #side: number;
  readonly #open = new VertexHeap();
  #closed: number[] = [];
  #limit = 0;
  #outside = NONE;
  #outsideKey = Number.POSITIVE_INFINITY;
  #visits = 0;

  /** Both sides of a search share one table of `reached` vertices. */
  constructor(side: Side, parts: { edges: EdgeLists; order: OrderList; reached: IntTable }) {
    this.#sign = side === "forward" ? 1 : -1;
    this.#side = side === "forward" ? 0 : 1;
    this.#edges = parts.edges;
    this.#order = parts.order;
    this.#reached = parts.reached;
  }

  /** Vertices whose edges have all been tried, nearest to the root first. */
  get closed(): readonly number[] {
    return this.#closed;
  }

  /** The nearest vertex beyond the goal that an edge led to, or {@link NONE}. */
  get outside(): number {
    return this.#outside;
  }

  /** How many vertices this side has ever reached: the work that keeping the order has cost. */
  get visits(): number {
    return this.#visits;
  }

  /** Sets out from `root`, not to pass `goal`. */
  start(root: number, goal: number): void {
    this.#limit = this.#key(goal);
    this.#reach(root, root, this.#key(root));
  }

  /** The nearest vertex with an edge not yet tried, or {@link NONE}. */
  nearest(): number {
    let vertex = this.#open.top;
    while (vertex !== NONE && this.#reached.get(vertex, CURSOR) === NONE) {
      this.#closed.push(this.#open.pop());
      vertex = this.#open.top;
    }
    return vertex;
  }

  /** Tries one edge of `vertex`, which is the nearest; returns its far end if the other side was there first. */
  step(vertex: number): number {
    const edge = this.#reached.get(vertex, CURSOR);
    this.#reached.set(vertex, CURSOR, this.#edges.next(edge));
    const end = this.#edges.end(edge);
    const key = this.#key(end);
    if (key > this.#limit) {
      if (key < this.#outsideKey) {
        this.#outside = end;
        this.#outsideKey = key;
      }
      return NONE;
    }
    const side = this.#reached.get(end, SIDE);
    if (side === NONE) {
      this.#reach(end, vertex, key);
      return NONE;
    }
    return side === this.#side ? NONE : end;
  }

  /** The vertices from `vertex` back to the root, both included. */
  trail(vertex: number): number[] {
    const trail = [vertex];
    let current = vertex;
    let parent = this.#reached.get(current, PARENT);
    while (parent !== current) {
      trail.push(parent);
      current = parent;
      parent = this.#reached.get(current, PARENT);
    }
    return trail;
  }

  /** Forgets the search, at the cost of what it reached. */
  clear(): void {
    for (const vertex of this.#closed) {
      this.#reached.set(vertex, SIDE, NONE);
    }
    for (const vertex of this.#open.drain()) {
      this.#reached.set(vertex, SIDE, NONE);
    }
    this.#closed = [];
    this.#outside = NONE;
    this.#outsideKey = Number.POSITIVE_INFINITY;
  }

  #reach(vertex: number, parent: number, key: number): void {
    this.#visits += 1;
    this.#reached.set(vertex, SIDE, this.#side);
    this.#reached.set(vertex, PARENT, parent);
    this.#reached.set(vertex, CURSOR, this.#edges.first(vertex));
    this.#open.push(vertex, key);
  }

  #key(vertex: number): number {
    return this.#sign * this.#order.label(vertex);
  }
}
