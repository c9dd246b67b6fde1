import { Adjacency } from "./adjacency.js";
import { toDot } from "./dot.js";
import type { EdgeLists } from "./edge-lists.js";
import { CycleError } from "./errors.js";
import { toMermaid } from "./mermaid.js";
import { OrderList } from "./order.js";
import type { Edge, ReadonlyGraph } from "./readonly-graph.js";
import { TwoWaySearch } from "./search.js";
import { IdPool, NONE } from "./tables.js";
import type { DiagramOptions } from "./text.js";
import { heights, inOrder } from "./walk.js";

/**
 * A directed graph that never has a cycle: every edge is checked as it is added.
 *
 * Vertices are told apart as the keys of a `Map` are: strings and numbers by value, objects by
 * identity. Between two vertices there is at most one edge in each direction, with a label `E`.
 *
 * @remarks Cost of `addEdge`: about that of two nested `Map`s without a check. Edges that agree with
 * the order kept so far cost nothing extra; `m` edges together try about m^1.5 others at worst.
 */
export class Graph<V, E = undefined> implements ReadonlyGraph<V, E> {
  // Inside, vertices and edges are small integers. Both maps from id to value keep the slot of a
  // removed id, emptied, until the id is used again.
  readonly #ids = new Map<V, number>();
  readonly #vertices: (V | undefined)[] = [];
  readonly #labels: (E | undefined)[] = [];
  readonly #vertexIds = new IdPool();
  readonly #order = new OrderList();
  readonly #adjacency = new Adjacency(this.#order.vertices);
  readonly #search = new TwoWaySearch(this.#adjacency, this.#order);

  get vertexCount(): number {
    return this.#ids.size;
  }

  get edgeCount(): number {
    return this.#adjacency.edgeCount;
  }

  /** Adds a vertex; returns false if it was there already. */
  addVertex(vertex: V): boolean {
    if (this.#ids.has(vertex)) {
      return false;
    }
    this.#intern(vertex, "back");
    return true;
  }

  /**
   * Removes a vertex with all its edges; returns false if there is no such vertex.
   *
   * @remarks Cost: the number of its edges.
   */
  removeVertex(vertex: V): boolean {
    const id = this.#ids.get(vertex);
    if (id === undefined) {
      return false;
    }
    const { outgoing, incoming } = this.#adjacency;
    for (const lists of [outgoing, incoming]) {
      for (let edge = lists.first(id); edge !== NONE; edge = lists.first(id)) {
        this.#disconnect(edge);
      }
    }
    this.#order.remove(id);
    this.#ids.delete(vertex);
    this.#vertices[id] = undefined;
    this.#vertexIds.giveBack(id);
    return true;
  }

  /**
   * Adds an edge, and its vertices where they are new; an edge that is there gets the new label.
   *
   * The graph is unchanged, down to its vertices, when the edge is refused.
   *
   * @throws {CycleError} `CYCLE_DETECTED`, with the whole path, if the edge would close a cycle.
   */
  addEdge(from: V, to: V, edge: E): void {
    const knownFrom = this.#ids.get(from);
    const knownTo = this.#ids.get(to);
    if (knownFrom !== undefined && knownTo !== undefined) {
      this.#connect(knownFrom, knownTo, edge);
      return;
    }
    if (isSameKey(from, to)) {
      throw new CycleError<V>([from, from]);
    }
    // No path leads through a new vertex: it closes no cycle, and stands right at its end of the order.
    const fromId = knownFrom ?? this.#intern(from, knownTo === undefined ? "back" : "front");
    const toId = knownTo ?? this.#intern(to, "back");
    this.#labels[this.#adjacency.add(fromId, toId)] = edge;
  }

  /** Removes an edge and keeps its vertices; returns false if there is no such edge. O(1). */
  removeEdge(from: V, to: V): boolean {
    const edge = this.#find(from, to);
    if (edge === NONE) {
      return false;
    }
    this.#disconnect(edge);
    return true;
  }

  hasVertex(vertex: V): boolean {
    return this.#ids.has(vertex);
  }

  hasEdge(from: V, to: V): boolean {
    return this.#find(from, to) !== NONE;
  }

  edge(from: V, to: V): E | undefined {
    const edge = this.#find(from, to);
    return edge === NONE ? undefined : this.#labels[edge];
  }

  vertices(): IterableIterator<V> {
    return this.#ids.keys();
  }

  *edges(): IterableIterator<Edge<V, E>> {
    for (const vertex of this.#ids.keys()) {
      yield* this.edgesFrom(vertex);
    }
  }

  edgesFrom(vertex: V): Iterable<Edge<V, E>> {
    return this.#list(this.#adjacency.outgoing, vertex);
  }

  edgesTo(vertex: V): Iterable<Edge<V, E>> {
    return this.#list(this.#adjacency.incoming, vertex);
  }

  findCycle(from: V, to: V): V[] | undefined {
    const fromId = this.#ids.get(from);
    const toId = this.#ids.get(to);
    if (fromId === undefined || toId === undefined) {
      return isSameKey(from, to) ? [from, from] : undefined;
    }
    return this.#search.findCycle(fromId, toId)?.map((id) => this.#vertex(id));
  }

  topologicalOrder(): V[] {
    return Array.from(inOrder(this.#order), (id) => this.#vertex(id));
  }

  layers(): V[][] {
    const height = heights(this.#adjacency, this.#order);
    const layers: V[][] = [];
    for (const [vertex, id] of this.#ids) {
      const layer = height[id] ?? 0;
      while (layers.length <= layer) {
        layers.push([]);
      }
      layers[layer]?.push(vertex);
    }
    return layers;
  }

  toDot(options?: DiagramOptions<V, E>): string {
    return toDot(this, options);
  }

  toMermaid(options?: DiagramOptions<V, E>): string {
    return toMermaid(this, options);
  }

  #intern(vertex: V, place: "front" | "back"): number {
    const id = this.#vertexIds.take();
    this.#ids.set(vertex, id);
    this.#vertices[id] = vertex;
    if (place === "front") {
      this.#order.prepend(id);
    } else {
      this.#order.append(id);
    }
    return id;
  }

  /** Adds an edge between two vertices of the graph, or gives it the new label. */
  #connect(from: number, to: number, label: E): void {
    const known = this.#adjacency.find(from, to);
    if (known !== NONE) {
      this.#labels[known] = label;
      return;
    }
    const cycle = this.#search.makeRoom(from, to);
    if (cycle !== undefined) {
      throw new CycleError<V>(cycle.map((id) => this.#vertex(id)));
    }
    this.#labels[this.#adjacency.add(from, to)] = label;
  }

  #disconnect(edge: number): void {
    this.#adjacency.remove(edge);
    this.#labels[edge] = undefined;
  }

  #find(from: V, to: V): number {
    const fromId = this.#ids.get(from);
    const toId = this.#ids.get(to);
    return fromId === undefined || toId === undefined ? NONE : this.#adjacency.find(fromId, toId);
  }

  #list(lists: EdgeLists, vertex: V): Edge<V, E>[] {
    const listed: Edge<V, E>[] = [];
    const id = this.#ids.get(vertex);
    if (id === undefined) {
      return listed;
    }
    for (let edge = lists.first(id); edge !== NONE; edge = lists.next(edge)) {
      listed.push({
        from: this.#vertex(this.#adjacency.from(edge)),
        to: this.#vertex(this.#adjacency.to(edge)),
        edge: filled(this.#labels, edge),
      });
    }
    return listed;
  }

  #vertex(id: number): V {
    return filled(this.#vertices, id);
  }
}

/** Reads a slot in use. Its type may itself include `undefined`, so no check could stand in for the cast. */
function filled<T>(slots: readonly (T | undefined)[], id: number): T {
  return slots[id] as T;
}

/** As the keys of a `Map` are compared. */
function isSameKey(a: unknown, b: unknown): boolean {
  return a === b || (Number.isNaN(a) && Number.isNaN(b));
}
