import type { Adjacency } from "./adjacency.js";
import type { OrderList } from "./order.js";
import { NONE } from "./tables.js";

/** Lists the vertices in topological order. */
export function* inOrder(order: OrderList): Generator<number, void, undefined> {
  for (let vertex = order.first; vertex !== NONE; vertex = order.next(vertex)) {
    yield vertex;
  }
}

/** By vertex: the number of edges on the longest path from it to a vertex without outgoing edges. */
export function heights(adjacency: Adjacency, order: OrderList): number[] {
  const { outgoing } = adjacency;
  const height: number[] = [];
  for (let vertex = order.last; vertex !== NONE; vertex = order.previous(vertex)) {
    let longest = 0;
    for (let edge = outgoing.first(vertex); edge !== NONE; edge = outgoing.next(edge)) {
      longest = Math.max(longest, (height[outgoing.end(edge)] ?? 0) + 1);
    }
    height[vertex] = longest;
  }
  return height;
}
