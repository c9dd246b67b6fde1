import { describe, expect, test } from "vitest";
import { Adjacency } from "../src/adjacency.js";
import { OrderList } from "../src/order.js";
import { TwoWaySearch } from "../src/search.js";
import { inOrder } from "../src/walk.js";
import { type Edges, ladder, workloads } from "./support/workloads.js";

/** Inserts the edges, with their vertices as they first appear. */
function insert(edges: Edges, order = new OrderList()) {
  const adjacency = new Adjacency(order.vertices);
  const search = new TwoWaySearch(adjacency, order);
  const known = new Set<number>();
  for (const edge of edges) {
    for (const vertex of edge) {
      if (!known.has(vertex)) {
        known.add(vertex);
        order.append(vertex);
      }
    }
    const [from, to] = edge;
    if (search.makeRoom(from, to) !== undefined) {
      throw new Error(`the edge ${from} -> ${to} closes a cycle`);
    }
    adjacency.add(from, to);
  }
  return { adjacency, order, search };
}

function misplaced(edges: Edges, order: OrderList) {
  const place = new Map([...inOrder(order)].map((vertex, index) => [vertex, index]));
  return edges.filter(([from, to]) => Number(place.get(from)) >= Number(place.get(to)));
}

describe("makeRoom", () => {
  test("leaves an edge alone that agrees with the order", () => {
    //   0 ──> 1 ──> 2,  then 0 ──> 2
    const { order, search } = insert([
      [0, 1],
      [1, 2],
    ]);

    expect(search.makeRoom(0, 2)).toBeUndefined();
    expect([...inOrder(order)]).toEqual([0, 1, 2]);
    expect(search.visits).toBe(0);
  });

  test("moves a target without outgoing edges to the back, without a search", () => {
    //   0 ──> 1,  2 ──> 3,  then 3 ──> 1
    const { order, search } = insert([
      [0, 1],
      [2, 3],
    ]);

    expect(search.makeRoom(3, 1)).toBeUndefined();
    expect([...inOrder(order)]).toEqual([0, 2, 3, 1]);
    expect(search.visits).toBe(0);
  });

  test("moves a source without incoming edges to the front, without a search", () => {
    //   0 ──> 1,  2 ──> 3,  then 2 ──> 0
    const { order, search } = insert([
      [0, 1],
      [2, 3],
    ]);

    expect(search.makeRoom(2, 0)).toBeUndefined();
    expect([...inOrder(order)]).toEqual([2, 0, 1, 3]);
    expect(search.visits).toBe(0);
  });

  test("puts both sides right when they pass each other", () => {
    //   0 ──> 1 ──> 2 ──> 3,  4 ──> 5 ──> 6 ──> 7,  then 6 ──> 1
    const edges: Edges = [
      [0, 1],
      [1, 2],
      [2, 3],
      [4, 5],
      [5, 6],
      [6, 7],
    ];
    const { order, search } = insert(edges);

    expect(search.makeRoom(6, 1)).toBeUndefined();
    expect(misplaced([...edges, [6, 1]], order)).toEqual([]);
  });

  test("returns the cycle and leaves the order unchanged", () => {
    //   0 ──> 1 ──> 2 ──> 3,  then 3 ──> 0
    const { order, search } = insert([
      [0, 1],
      [1, 2],
      [2, 3],
    ]);

    expect(search.makeRoom(3, 0)).toEqual([3, 0, 1, 2, 3]);
    expect([...inOrder(order)]).toEqual([0, 1, 2, 3]);
  });

  test("returns the cycle of an edge from a vertex to itself", () => {
    //   0 ──> 0
    const { search } = insert([]);

    expect(search.makeRoom(0, 0)).toEqual([0, 0]);
  });

  test("keeps the order valid when labels run out all the time", () => {
    //   a grid in random order, in a label space hardly larger than the grid
    const edges = workloads["grid-random"](400);
    const { order } = insert(edges, new OrderList(2 ** 10, 1));

    expect(misplaced(edges, order)).toEqual([]);
  });
});

/** Vertices visited per insertion: what the order costs, whatever the machine. */
describe("the work of keeping the order", () => {
  const vertices = 10_000;

  test.each([
    "random-sorted",
    "chain-forward",
    "chain-reverse",
    "layered",
    "fan-in",
    "fan-out",
    "services",
  ] as const)("is nothing at all for %s: edges declared in a natural order", (name) => {
    const edges = workloads[name](vertices);
    expect(insert(edges).search.visits).toBe(0);
  });

  test.each([
    { name: "random", most: 0.38 },
    { name: "chain-random", most: 5.8 },
    { name: "layered-random", most: 1.84 },
    { name: "grid-random", most: 3.8 },
    { name: "two-chains", most: 1 },
    { name: "blocks", most: 1.34 },
    { name: "dense", most: 0.06 },
  ] as const)("is at most $most visits per edge for $name", ({ name, most }) => {
    const edges = workloads[name](vertices);
    const { order, search } = insert(edges);

    expect(search.visits / edges.length).toBeLessThanOrEqual(most);
    expect(search.visits / edges.length).toBeGreaterThan(0);
    expect(misplaced(edges, order)).toEqual([]);
  });

  test("is linear for a ladder of diamonds with 2^10000 paths, and for refusing to close it", () => {
    //   0 ──> 1 ──> 3 ──> 4 ──> …
    //   └───> 2 ────┘
    const rungs = 10_000;
    const edges = ladder(rungs);
    const last = 3 * rungs;

    const { search } = insert(edges.toReversed());
    const before = search.visits;

    expect(search.findCycle(last, 0)).toHaveLength(2 * rungs + 2);
    expect(search.visits - before).toBeLessThanOrEqual(last + 1);
    expect(before).toBeLessThanOrEqual(2 * edges.length);
  });
});
