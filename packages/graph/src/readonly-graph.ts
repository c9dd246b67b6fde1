import type { DiagramOptions } from "./text.js";

/** One edge with its label. */
export interface Edge<V, E> {
  readonly from: V;
  readonly to: V;
  readonly edge: E;
}

/** What can be asked of a graph without changing it. */
export interface ReadonlyGraph<V, E> {
  readonly vertexCount: number;
  readonly edgeCount: number;
  hasVertex(vertex: V): boolean;
  hasEdge(from: V, to: V): boolean;

  /** Returns the label of the edge, or `undefined` if there is no such edge. */
  edge(from: V, to: V): E | undefined;

  /** Lists the vertices, oldest first. */
  vertices(): IterableIterator<V>;

  /** Lists all edges: grouped by `from` in the order of {@link vertices}, each group oldest first. */
  edges(): IterableIterator<Edge<V, E>>;

  /**
   * Lists the edges that leave a vertex, oldest first; none for an unknown vertex.
   *
   * The list is a copy: it stays as it is when the graph changes.
   *
   * @remarks Cost: the number of edges listed.
   */
  edgesFrom(vertex: V): Iterable<Edge<V, E>>;

  /** Lists the edges that lead to a vertex, as {@link edgesFrom} does those that leave it. */
  edgesTo(vertex: V): Iterable<Edge<V, E>>;

  /**
   * Returns the cycle that an edge `from` → `to` would close, or `undefined` if it would close none.
   *
   * The cycle starts and ends at `from`; its second vertex is `to`. The vertices need not be in the graph.
   *
   * @remarks Cost: that of adding the edge.
   */
  findCycle(from: V, to: V): V[] | undefined;

  /**
   * Lists all vertices so that every edge's `from` comes before its `to`.
   *
   * The same calls on a graph in the same order give the same list.
   *
   * @remarks Cost: linear in the vertices; the order is kept at all times.
   */
  topologicalOrder(): V[];

  /**
   * Groups the vertices by the length of the longest path from them to a vertex without outgoing edges.
   *
   * Layer 0 holds the vertices without outgoing edges. Every edge leads to a lower layer, and a
   * vertex of layer `k` has an edge into layer `k - 1`. Where an edge means "depends on", the layers
   * are the rounds in which things can start. Within a layer, oldest first.
   *
   * @remarks Cost: linear in the vertices and edges.
   */
  layers(): V[][];

  /** Draws the graph in the DOT language of Graphviz. */
  toDot(options?: DiagramOptions<V, E>): string;

  /** Draws the graph as a Mermaid flowchart. */
  toMermaid(options?: DiagramOptions<V, E>): string;
}
