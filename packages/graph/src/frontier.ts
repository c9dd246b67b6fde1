import type { EdgeLists } from "./edge-lists.js";
import { VertexHeap } from "./heap.js";
import type { OrderList } from "./order.js";
import { CURSOR, PARENT, SIDE } from "./rows.js";
import { NONE, type Table } from "./tables.js";

/** The side that follows the edges, and the one that goes against them. */
export type Side = "forward" | "backward";

/** One side of a two-way search: the vertices reached from a root, those nearest to it in the order first. */
export class Frontier {
  readonly #edges: EdgeLists;
  readonly #order: OrderList;
  readonly #vertices: Table;
  /** 1 for the forward side and -1 for the backward one: times a label, how far out a vertex is. */
  readonly #sign: number;
  readonly #side: number;
  readonly #open = new VertexHeap();
  #closed: number[] = [];
  #goal = NONE;
  #outside = NONE;
  #visits = 0;

  constructor(side: Side, parts: { readonly edges: EdgeLists; readonly order: OrderList }) {
    this.#sign = side === "forward" ? 1 : -1;
    this.#side = side === "forward" ? 0 : 1;
    this.#edges = parts.edges;
    this.#order = parts.order;
    this.#vertices = parts.order.vertices;
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
    this.#goal = goal;
    this.#reach(root, root);
  }

  /** The nearest vertex with an edge not yet tried, or {@link NONE}. */
  nearest(): number {
    let vertex = this.#open.top;
    while (vertex !== NONE && this.#vertices.get(vertex, CURSOR) === NONE) {
      this.#closed.push(this.#open.pop());
      vertex = this.#open.top;
    }
    return vertex;
  }

  /** Takes the next edge of `vertex`, which is the nearest, and returns its far end. */
  advance(vertex: number): number {
    const edge = this.#vertices.get(vertex, CURSOR);
    this.#vertices.set(vertex, CURSOR, this.#edges.next(edge));
    return this.#edges.end(edge);
  }

  isBeyondGoal(vertex: number): boolean {
    return this.#isNearer(this.#goal, vertex);
  }

  /** Notes the end of an edge that is beyond the goal. */
  passBy(end: number): void {
    if (this.#outside === NONE || this.#isNearer(end, this.#outside)) {
      this.#outside = end;
    }
  }

  /** Goes to the end of an edge of `vertex`; returns true if the other side was there first. */
  follow(end: number, vertex: number): boolean {
    const side = this.#vertices.get(end, SIDE);
    if (side === NONE) {
      this.#reach(end, vertex);
      return false;
    }
    return side !== this.#side;
  }

  /** The vertices from `vertex` back to the root, both included. */
  trail(vertex: number): number[] {
    const trail = [vertex];
    let current = vertex;
    let parent = this.#vertices.get(current, PARENT);
    while (parent !== current) {
      trail.push(parent);
      current = parent;
      parent = this.#vertices.get(current, PARENT);
    }
    return trail;
  }

  /** Forgets the search, at the cost of what it reached. */
  clear(): void {
    for (const vertex of this.#closed) {
      this.#vertices.set(vertex, SIDE, NONE);
    }
    for (const vertex of this.#open.drain()) {
      this.#vertices.set(vertex, SIDE, NONE);
    }
    this.#closed = [];
    this.#outside = NONE;
  }

  #reach(vertex: number, parent: number): void {
    this.#visits += 1;
    this.#vertices.set(vertex, SIDE, this.#side);
    this.#vertices.set(vertex, PARENT, parent);
    this.#vertices.set(vertex, CURSOR, this.#edges.first(vertex));
    this.#open.push(vertex, this.#sign * this.#order.label(vertex));
  }

  #isNearer(a: number, b: number): boolean {
    return this.#sign * (this.#order.label(a) - this.#order.label(b)) < 0;
  }
}
