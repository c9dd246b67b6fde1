import type { Adjacency } from "./adjacency.js";
import { Frontier } from "./frontier.js";
import type { OrderList } from "./order.js";
import { NONE } from "./tables.js";

/**
 * Keeps a list of vertices in topological order while edges are added, and finds the cycle that
 * an edge would close.
 *
 * An edge that agrees with the order cannot close a cycle and costs nothing. For an edge u -> v
 * with v before u, only the vertices between the two matter: a cycle would be a path from v to u,
 * and every path runs forward in the order. Two searches look for it, one forward from v and one
 * backward from u, always expanding the earliest open vertex of the first and the latest of the
 * second, one edge each in turn:
 *
 *     ... v ──> f1 ──> f2      b2 ──> b1 ──> u ...
 *         forward, earliest    backward, latest
 *         first           └─><─┘        first
 *
 * If one reaches a vertex of the other, that is the cycle. If they pass each other, or one runs
 * out of edges, there is none, and the finished vertices move so that u comes before v:
 *
 *  - the forward side ran out: it moves back, up to the first vertex that must follow it;
 *  - the backward side ran out: it moves forward, down to the last vertex that must precede it;
 *  - they passed each other: both sides move to just before the earliest open forward vertex, the
 *    backward side first.
 *
 * With the reordering of the paper, all m insertions together try O(m^1.5) edges. Moving an exhausted
 * side as far as it can go, rather than just past the new edge, is our addition: it spares many later
 * repairs, and the paper's argument should carry over, as it counts pairs of edges that become related
 * and asks only for a topological order; but that is argued here and not proved. Two cases
 * need no search: a v without outgoing edges goes to the back, a u without incoming ones to the
 * front. They cover graphs whose edges are declared in a natural order.
 *
 * The search is the two-way compatible search, with its reordering, of B. Haeupler, T. Kavitha,
 * R. Mathew, S. Sen, R. E. Tarjan, "Incremental cycle detection, topological ordering, and strong
 * component maintenance", ACM Transactions on Algorithms 8(1), 2012
 * (https://doi.org/10.1145/2071379.2071382), sections 3 and 4.
 */
export class TwoWaySearch {
  readonly #adjacency: Adjacency;
  readonly #order: OrderList;
  readonly #forward: Frontier;
  readonly #backward: Frontier;

  constructor(adjacency: Adjacency, order: OrderList) {
    this.#adjacency = adjacency;
    this.#order = order;
    this.#forward = new Frontier("forward", { edges: adjacency.outgoing, order });
    this.#backward = new Frontier("backward", { edges: adjacency.incoming, order });
  }

  /** How many vertices all searches so far have visited. */
  get visits(): number {
    return this.#forward.visits + this.#backward.visits;
  }

  /** The cycle that the edge would close: it starts and ends at `from`. Changes nothing. */
  findCycle(from: number, to: number): number[] | undefined {
    if (from === to) {
      return [from, from];
    }
    const isSafe =
      this.#order.isBefore(from, to) ||
      !this.#adjacency.hasOutgoing(to) ||
      !this.#adjacency.hasIncoming(from);
    if (isSafe) {
      return undefined;
    }
    const cycle = this.#search(from, to);
    this.#clear();
    return cycle;
  }

  /** Puts `from` before `to` in the order, or changes nothing and returns the cycle. */
  makeRoom(from: number, to: number): number[] | undefined {
    if (from === to) {
      return [from, from];
    }
    if (this.#order.isBefore(from, to)) {
      return undefined;
    }
    if (!this.#adjacency.hasOutgoing(to)) {
      this.#order.moveBefore(NONE, [to]);
      return undefined;
    }
    if (!this.#adjacency.hasIncoming(from)) {
      this.#order.moveAfter(NONE, [from]);
      return undefined;
    }
    const cycle = this.#search(from, to);
    if (cycle === undefined) {
      this.#repair();
    }
    this.#clear();
    return cycle;
  }

  #search(from: number, to: number): number[] | undefined {
    this.#forward.start(to, from);
    this.#backward.start(from, to);
    for (;;) {
      const early = this.#forward.nearest();
      const late = this.#backward.nearest();
      if (early === NONE || late === NONE || this.#order.isBefore(late, early)) {
        return undefined;
      }
      // Each step is taken on both sides before the next one: so the processor waits for both at once.
      const head = this.#forward.advance(early);
      const tail = this.#backward.advance(late);
      const isHeadBeyond = this.#forward.isBeyondGoal(head);
      const isTailBeyond = this.#backward.isBeyondGoal(tail);
      if (isHeadBeyond) {
        this.#forward.passBy(head);
      } else if (this.#forward.follow(head, early)) {
        return this.#cycle(early, head);
      }
      if (isTailBeyond) {
        this.#backward.passBy(tail);
      } else if (this.#backward.follow(tail, late)) {
        return this.#cycle(tail, late);
      }
    }
  }

  /** Joins the two trails of a search that met in the edge `tail` -> `head`. */
  #cycle(tail: number, head: number): number[] {
    const there = this.#forward.trail(tail).toReversed();
    const back = this.#backward.trail(head);
    return [...back.slice(-1), ...there, ...back];
  }

  #repair(): void {
    const early = this.#forward.nearest();
    const forward = this.#forward.closed;
    const backward = this.#backward.closed;
    if (early === NONE) {
      this.#order.moveBefore(this.#forward.outside, forward);
    } else if (this.#backward.nearest() === NONE) {
      this.#order.moveAfter(this.#backward.outside, backward.toReversed());
    } else {
      const displaced = backward.filter((vertex) => this.#order.isBefore(early, vertex));
      this.#order.moveBefore(early, [...displaced.toReversed(), ...forward]);
    }
  }

  #clear(): void {
    this.#forward.clear();
    this.#backward.clear();
  }
}
