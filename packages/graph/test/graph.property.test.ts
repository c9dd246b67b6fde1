import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { CycleError, Graph } from "../src/index.js";
import { NaiveGraph } from "./support/naive-graph.js";

/*
 *   random commands ──> Graph ─────┐
 *                  └──> NaiveGraph ┴─> the same answers, after every step
 */

type Command =
  | { do: "addVertex" | "removeVertex"; vertex: number }
  | { do: "addEdge" | "removeEdge" | "findCycle"; from: number; to: number };

function commands(vertexCount: number, maxLength: number): fc.Arbitrary<Command[]> {
  const vertex = fc.nat({ max: vertexCount - 1 });
  const ends = { from: vertex, to: vertex };
  const edge = (kind: "addEdge" | "removeEdge" | "findCycle") =>
    fc.record({ do: fc.constant(kind), ...ends });
  return fc.array(
    fc.oneof(
      { weight: 12, arbitrary: edge("addEdge") },
      { weight: 3, arbitrary: edge("removeEdge") },
      { weight: 2, arbitrary: edge("findCycle") },
      { weight: 1, arbitrary: fc.record({ do: fc.constant("addVertex"), vertex }) },
      { weight: 1, arbitrary: fc.record({ do: fc.constant("removeVertex"), vertex }) },
    ),
    { maxLength, size: "max" },
  );
}

/** Everything that can be seen of a graph, order included. */
function snapshot(graph: Graph<number, number>) {
  const vertices = [...graph.vertices()];
  return {
    counts: [graph.vertexCount, graph.edgeCount],
    vertices,
    edges: [...graph.edges()],
    incoming: vertices.map((vertex) => [...graph.edgesTo(vertex)]),
    order: graph.topologicalOrder(),
    layers: graph.layers(),
  };
}

function expectCycleThrough(graph: Graph<number, number>, path: readonly number[], from: number, to: number) {
  same([path[0], path[1], path.at(-1)], [from, to, from]);
  same(new Set(path).size, path.length - 1);
  for (let index = 1; index + 1 < path.length; index += 1) {
    same(graph.hasEdge(path[index] ?? -1, path[index + 1] ?? -1), true);
  }
}

function refusal(graph: Graph<number, number>, from: number, to: number, edge: number) {
  try {
    graph.addEdge(from, to, edge);
    return undefined;
  } catch (error) {
    expect(error).toBeInstanceOf(CycleError);
    return error instanceof CycleError ? (error.path as number[]) : [];
  }
}

function run(graph: Graph<number, number>, naive: NaiveGraph, command: Command, step: number) {
  switch (command.do) {
    case "addVertex":
      same(graph.addVertex(command.vertex), naive.addVertex(command.vertex));
      break;
    case "removeVertex":
      same(graph.removeVertex(command.vertex), naive.removeVertex(command.vertex));
      break;
    case "removeEdge":
      same(graph.removeEdge(command.from, command.to), naive.removeEdge(command.from, command.to));
      break;
    case "findCycle": {
      const before = snapshot(graph);
      const cycle = graph.findCycle(command.from, command.to);
      same(cycle !== undefined, naive.closesCycle(command.from, command.to));
      if (cycle !== undefined) {
        expectCycleThrough(graph, cycle, command.from, command.to);
      }
      same(snapshot(graph), before);
      break;
    }
    case "addEdge": {
      const before = snapshot(graph);
      const path = refusal(graph, command.from, command.to, step);
      same(path === undefined, naive.addEdge(command.from, command.to, step));
      if (path !== undefined) {
        expectCycleThrough(graph, path, command.from, command.to);
        same(snapshot(graph), before);
      }
      break;
    }
  }
}

function expectSame(graph: Graph<number, number>, naive: NaiveGraph) {
  const { counts, vertices, edges, incoming, order, layers } = snapshot(graph);
  const outgoing = naive.vertices.map((vertex) => naive.edges.filter(({ from }) => from === vertex));
  const layer = naive.layers();
  same(
    { counts, vertices, edges, incoming, layers },
    {
      counts: [naive.vertices.length, naive.edges.length],
      vertices: naive.vertices,
      edges: outgoing.flat(),
      incoming: naive.vertices.map((vertex) => naive.edges.filter(({ to }) => to === vertex)),
      layers: layers.map((_, index) => naive.vertices.filter((vertex) => layer.get(vertex) === index)),
    },
  );
  const place = new Map(order.map((vertex, index) => [vertex, index]));
  const misplaced = naive.edges.filter(({ from, to }) => Number(place.get(from)) >= Number(place.get(to)));
  const mislabelled = naive.edges.filter(({ from, to, edge }) => graph.edge(from, to) !== edge);
  same({ misplaced, mislabelled }, { misplaced: [], mislabelled: [] });
  same(new Set([...place.keys(), ...naive.vertices]).size, naive.vertices.length);
  same(order.length, naive.vertices.length);
  same(layers.flat().length, naive.vertices.length);
}

/** `toEqual` is slow, and asked here a hundred thousand times: it is left to show what differs. */
function same(actual: unknown, expected: unknown) {
  if (JSON.stringify(actual) !== JSON.stringify(expected)) {
    expect(actual).toEqual(expected);
  }
}

describe("a graph and the naive oracle", () => {
  test.each([
    { vertexCount: 4, maxLength: 40, numRuns: 150 },
    { vertexCount: 9, maxLength: 80, numRuns: 150 },
    { vertexCount: 25, maxLength: 150, numRuns: 40 },
  ])("agree after every step on $vertexCount vertices", ({ vertexCount, maxLength, numRuns }) => {
    fc.assert(
      fc.property(commands(vertexCount, maxLength), (steps) => {
        const graph = new Graph<number, number>();
        const naive = new NaiveGraph();
        steps.forEach((command, step) => {
          run(graph, naive, command, step);
          expectSame(graph, naive);
        });
      }),
      { numRuns },
    );
  });

  test("agree on every decision while a dense graph is declared in random order", () => {
    const pairs = Array.from({ length: 12 * 12 }, (_, i) => [Math.floor(i / 12), i % 12] as const);
    fc.assert(
      fc.property(fc.shuffledSubarray(pairs, { minLength: pairs.length }), (shuffled) => {
        const graph = new Graph<number, number>();
        const naive = new NaiveGraph();
        shuffled.forEach(([from, to], step) => {
          same(refusal(graph, from, to, step) === undefined, naive.addEdge(from, to, step));
        });
        expectSame(graph, naive);
      }),
      { numRuns: 60 },
    );
  });
});
