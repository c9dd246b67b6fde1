import { describe, expect, expectTypeOf, test } from "vitest";
import { CycleError, Graph, type ReadonlyGraph } from "../src/index.js";

function graphOf(...edges: [from: string, to: string][]): Graph<string, string> {
  const graph = new Graph<string, string>();
  for (const [from, to] of edges) {
    graph.addEdge(from, to, `${from}${to}`);
  }
  return graph;
}

function refusal(act: () => void): CycleError {
  try {
    act();
  } catch (error) {
    if (error instanceof CycleError) {
      return error;
    }
  }
  throw new Error("the edge was not refused");
}

describe("addVertex and addEdge", () => {
  test("add what is new and say so", () => {
    //   a
    const graph = new Graph<string>();
    expect(graph.addVertex("a")).toBe(true);
    expect(graph.addVertex("a")).toBe(false);
    expect([...graph.vertices()]).toEqual(["a"]);
  });

  test("add the vertices of an edge that are missing", () => {
    //   a ──> b ──> c
    const graph = graphOf(["a", "b"], ["b", "c"]);
    expect([...graph.vertices()]).toEqual(["a", "b", "c"]);
    expect(graph.vertexCount).toBe(3);
    expect(graph.edgeCount).toBe(2);
  });

  test("give an existing edge the new label, in its old place", () => {
    //   a ──> b,  a ──> c
    const graph = graphOf(["a", "b"], ["a", "c"]);
    graph.addEdge("a", "b", "new");
    expect(graph.edgeCount).toBe(2);
    expect([...graph.edgesFrom("a")].map(({ edge }) => edge)).toEqual(["new", "ac"]);
    expect(graph.edge("a", "b")).toBe("new");
  });

  test("tell vertices apart as a Map does", () => {
    //   1 ──> "1",  {} ──> {},  NaN,  undefined
    const graph = new Graph<unknown, number>();
    graph.addEdge(1, "1", 1);
    graph.addEdge({}, {}, 2);
    graph.addEdge(undefined, Number.NaN, 3);
    expect(graph.vertexCount).toBe(6);
    expect(graph.edge(undefined, Number.NaN)).toBe(3);
    expect(refusal(() => graph.addEdge(Number.NaN, undefined, 4)).path).toEqual([
      Number.NaN,
      undefined,
      Number.NaN,
    ]);
    expect(graph.hasVertex(-0)).toBe(false);
  });

  test("keep an edge whose label is undefined", () => {
    //   a ──> b
    const graph = new Graph<string>();
    graph.addEdge("a", "b", undefined);
    expect(graph.hasEdge("a", "b")).toBe(true);
    expect([...graph.edges()]).toEqual([{ from: "a", to: "b", edge: undefined }]);
  });
});

describe("a refused edge", () => {
  test("is reported with the whole cycle and leaves the graph unchanged", () => {
    //   a ──> b ──> c,  then c ──> a
    const graph = graphOf(["a", "b"], ["b", "c"]);

    const error = refusal(() => graph.addEdge("c", "a", "ca"));

    expect(error.code).toBe("CYCLE_DETECTED");
    expect(error.path).toEqual(["c", "a", "b", "c"]);
    expect([...graph.edges()].map(({ edge }) => edge)).toEqual(["ab", "bc"]);
    expect(graph.topologicalOrder()).toEqual(["a", "b", "c"]);
  });

  test.each(["a", Number.NaN])("from %s to itself leaves no vertex behind", (vertex) => {
    //   vertex ──> vertex
    const graph = new Graph<unknown>();

    expect(refusal(() => graph.addEdge(vertex, vertex, undefined)).path).toEqual([vertex, vertex]);
    expect(graph.vertexCount).toBe(0);
    graph.addVertex(vertex);
    expect(refusal(() => graph.addEdge(vertex, vertex, undefined)).path).toEqual([vertex, vertex]);
  });

  test("is accepted once the cycle has been opened", () => {
    //   a ──> b ──> c,  then c ──> a without b ──> c
    const graph = graphOf(["a", "b"], ["b", "c"]);
    refusal(() => graph.addEdge("c", "a", "ca"));
    graph.removeEdge("b", "c");
    graph.addEdge("c", "a", "ca");
    expect(graph.topologicalOrder()).toEqual(["c", "a", "b"]);
  });

  test("does not relabel the opposite edge", () => {
    //   a ──> b,  then b ──> a
    const graph = graphOf(["a", "b"]);
    refusal(() => graph.addEdge("b", "a", "ba"));
    expect(graph.edge("a", "b")).toBe("ab");
    expect(graph.edge("b", "a")).toBeUndefined();
  });
});

describe("findCycle", () => {
  test("names the cycle that an edge would close, and changes nothing", () => {
    //   a ──> b ──> c
    const graph = graphOf(["a", "b"], ["b", "c"]);
    expect(graph.findCycle("c", "a")).toEqual(["c", "a", "b", "c"]);
    expect(graph.findCycle("a", "c")).toBeUndefined();
    expect(graph.findCycle("a", "a")).toEqual(["a", "a"]);
    expect(graph.edgeCount).toBe(2);
  });

  test("answers for vertices that are not in the graph", () => {
    //   a ──> b
    const graph = graphOf(["a", "b"]);
    expect(graph.findCycle("x", "x")).toEqual(["x", "x"]);
    expect(graph.findCycle("x", "a")).toBeUndefined();
    expect(graph.findCycle("b", "x")).toBeUndefined();
    expect(graph.hasVertex("x")).toBe(false);
  });
});

describe("removeEdge and removeVertex", () => {
  test("remove an edge, keep its vertices and the order of the other edges", () => {
    //   a ──> b, c, d, e
    const graph = graphOf(["a", "b"], ["a", "c"], ["a", "d"], ["a", "e"]);
    expect(graph.removeEdge("a", "c")).toBe(true);
    expect(graph.removeEdge("a", "c")).toBe(false);
    expect(graph.removeEdge("c", "a")).toBe(false);
    graph.addEdge("a", "c", "again");
    expect([...graph.edgesFrom("a")].map(({ to }) => to)).toEqual(["b", "d", "e", "c"]);
    expect(graph.hasVertex("c")).toBe(true);
  });

  test("remove a vertex with all its edges", () => {
    //   a ──> b ──> c,  a ──> c
    const graph = graphOf(["a", "b"], ["b", "c"], ["a", "c"]);
    expect(graph.removeVertex("b")).toBe(true);
    expect(graph.removeVertex("b")).toBe(false);
    expect([...graph.vertices()]).toEqual(["a", "c"]);
    expect([...graph.edges()].map(({ edge }) => edge)).toEqual(["ac"]);
    expect(graph.topologicalOrder()).toEqual(["a", "c"]);
  });

  test("let a removed vertex come back as the newest, without its edges", () => {
    //   a ──> b ──> c
    const graph = graphOf(["a", "b"], ["b", "c"]);
    graph.removeVertex("a");
    graph.addEdge("c", "a", "ca");
    expect([...graph.vertices()]).toEqual(["b", "c", "a"]);
    expect(graph.topologicalOrder()).toEqual(["b", "c", "a"]);
  });

  test("take and give back any number of vertices", () => {
    //   i ──> hub, for all i; all gone; the same again
    const graph = new Graph<number>();
    for (let round = 0; round < 3; round += 1) {
      for (let i = 1; i <= 1_000; i += 1) {
        graph.addEdge(i, 0, undefined);
      }
      expect(graph.edgeCount).toBe(1_000);
      graph.removeVertex(round === 1 ? 0 : 500);
      for (let i = 0; i <= 1_000; i += 1) {
        graph.removeVertex(i);
      }
      expect([graph.vertexCount, graph.edgeCount]).toEqual([0, 0]);
      expect(graph.topologicalOrder()).toEqual([]);
    }
  });
});

describe("lists", () => {
  test("of an unknown vertex are empty", () => {
    //   (nothing)
    const graph = new Graph<string>();
    expect([...graph.edgesFrom("x")]).toEqual([]);
    expect([...graph.edgesTo("x")]).toEqual([]);
    expect(graph.edge("x", "y")).toBeUndefined();
    expect(graph.topologicalOrder()).toEqual([]);
    expect(graph.layers()).toEqual([]);
  });

  test("can be read while the graph changes", () => {
    //   a ──> b, c, d
    const graph = graphOf(["a", "b"], ["a", "c"], ["a", "d"]);
    for (const { from, to } of graph.edgesFrom("a")) {
      graph.removeEdge(from, to);
      graph.addEdge(to, from, "turned");
    }
    expect([...graph.edgesTo("a")].map(({ from }) => from)).toEqual(["b", "c", "d"]);
    for (const { from } of graph.edges()) {
      graph.removeVertex(from);
    }
    expect([...graph.vertices()]).toEqual(["a"]);
  });

  test("can be read twice", () => {
    //   a ──> b
    const edges = graphOf(["a", "b"]).edgesFrom("a");
    expect([...edges]).toEqual([...edges]);
  });
});

describe("layers", () => {
  test("count the longest path down to a vertex that leads nowhere", () => {
    //   web ──> api ──> db ──> disk,  web ──> disk,  log
    const graph = graphOf(["web", "api"], ["api", "db"], ["web", "disk"], ["db", "disk"]);
    graph.addVertex("log");
    expect(graph.layers()).toEqual([["disk", "log"], ["db"], ["api"], ["web"]]);
  });
});

describe("heavy vertices", () => {
  const count = 100_000;

  test.each([
    { shape: "fan-in", ends: (i: number): [number, number] => [i, 0] },
    { shape: "fan-out", ends: (i: number): [number, number] => [0, i] },
  ])("of a $shape are asked, relabelled and emptied without going through their edges", ({ ends }) => {
    //   1, 2, … 100 000 ──> 0,  or the other way round
    const graph = new Graph<number, number>();
    for (let i = 1; i <= count; i += 1) {
      graph.addEdge(...ends(i), i);
    }
    for (let i = 1; i <= count; i += 1) {
      graph.addEdge(...ends(i), -i);
    }
    expect(graph.edgeCount).toBe(count);
    expect(graph.edge(...ends(777))).toBe(-777);
    for (let i = 1; i <= count; i += 1) {
      graph.removeEdge(...ends(i));
    }
    expect(graph.edgeCount).toBe(0);
  });
});

test("a graph can be handed out for reading", () => {
  //   (types only)
  expectTypeOf<Graph<string, number>>().toExtend<ReadonlyGraph<string, number>>();
  expectTypeOf<ReadonlyGraph<string, number>>().not.toHaveProperty("addEdge");
});
