import { alg, Graph as DagreGraph } from "@dagrejs/graphlib";
import { DepGraph } from "dependency-graph";
import { DirectedGraph } from "graphology";
import { willCreateCycle } from "graphology-dag";
import { rowOf } from "./row-of.js";

/** What the contestants have in common: an edge is added, or refused by throwing. */
export interface EdgeSink {
  addEdge(from: string, to: string, label: string): void;
}

/** The least that remembers labelled edges and can be read both ways: it checks nothing. */
export class TwoMaps implements EdgeSink {
  readonly #outgoing = new Map<string, Map<string, string>>();
  readonly #incoming = new Map<string, Map<string, string>>();

  addEdge(from: string, to: string, label: string): void {
    rowOf(this.#outgoing, from).set(to, label);
    rowOf(this.#outgoing, to);
    rowOf(this.#incoming, to).set(from, label);
    rowOf(this.#incoming, from);
  }

  /** Says whether a path leads from one vertex to another: a plain depth-first search. */
  reaches(from: string, to: string): boolean {
    const seen = new Set<string>();
    const open = [from];
    for (let vertex = open.pop(); vertex !== undefined; vertex = open.pop()) {
      if (vertex === to) return true;
      if (seen.has(vertex)) continue;
      seen.add(vertex);
      open.push(...(this.#outgoing.get(vertex)?.keys() ?? []));
    }
    return false;
  }
}

/** Searches what lies behind `to`, for each edge. */
class SearchForEach implements EdgeSink {
  readonly #edges = new TwoMaps();

  addEdge(from: string, to: string, label: string): void {
    if (this.#edges.reaches(to, from)) throw new Error("cycle");
    this.#edges.addEdge(from, to, label);
  }
}

class Graphology implements EdgeSink {
  readonly #graph = new DirectedGraph();

  addEdge(from: string, to: string, label: string): void {
    this.#graph.mergeNode(from);
    this.#graph.mergeNode(to);
    if (willCreateCycle(this.#graph, from, to)) throw new Error("cycle");
    this.#graph.mergeEdge(from, to, { label });
  }
}

class Graphlib implements EdgeSink {
  readonly #graph = new DagreGraph();

  addEdge(from: string, to: string, label: string): void {
    this.#graph.setEdge(from, to, label);
    if (!alg.isAcyclic(this.#graph)) throw new Error("cycle");
  }
}

class DependencyGraph implements EdgeSink {
  readonly #graph = new DepGraph<undefined>();

  addEdge(from: string, to: string): void {
    this.#graph.addNode(from);
    this.#graph.addNode(to);
    this.#graph.addDependency(from, to);
    // Throws when it meets a cycle.
    this.#graph.dependenciesOf(from);
  }
}

/** Others that can refuse a cycle as an edge comes. */
export const peers: Readonly<Record<string, new () => EdgeSink>> = {
  "a search for each edge": SearchForEach,
  "graphology + graphology-dag": Graphology,
  "@dagrejs/graphlib": Graphlib,
  "dependency-graph": DependencyGraph,
};
