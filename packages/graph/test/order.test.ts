import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { OrderList } from "../src/order.js";
import { NONE } from "../src/tables.js";
import { inOrder } from "../src/walk.js";

/*
 *   front ── 0 ── 1 ── 2 ── back
 */
function listOf(count: number, order = new OrderList()): OrderList {
  for (let vertex = 0; vertex < count; vertex += 1) {
    order.append(vertex);
  }
  return order;
}

/** The list read forward, after checking that the labels and the way back say the same. */
function members(order: OrderList): number[] {
  const forward = [...inOrder(order)];
  const back: number[] = [];
  for (let vertex = order.last; vertex !== NONE; vertex = order.previous(vertex)) {
    back.push(vertex);
  }
  expect(back.toReversed()).toEqual(forward);
  const labels = forward.map((vertex) => order.label(vertex));
  expect(labels).toEqual([...new Set(labels)].sort((a, b) => a - b));
  expect(labels.every(Number.isSafeInteger)).toBe(true);
  return forward;
}

describe("an order list", () => {
  test("holds vertices in the order in which they were appended", () => {
    const order = listOf(3);
    expect(members(order)).toEqual([0, 1, 2]);
    expect(order.isBefore(0, 2)).toBe(true);
    expect(order.isBefore(2, 0)).toBe(false);
  });

  test("moves a run to the back, the front and in between", () => {
    const order = listOf(6);
    order.moveBefore(NONE, [0, 2]);
    expect(members(order)).toEqual([1, 3, 4, 5, 0, 2]);
    order.moveAfter(NONE, [5, 4]);
    expect(members(order)).toEqual([5, 4, 1, 3, 0, 2]);
    order.moveBefore(4, [2, 3]);
    expect(members(order)).toEqual([5, 2, 3, 4, 1, 0]);
    order.moveAfter(4, [5]);
    expect(members(order)).toEqual([2, 3, 4, 5, 1, 0]);
  });

  test("moves a run that already stands beside its target", () => {
    const order = listOf(4);
    order.moveBefore(3, [1, 2]);
    order.moveAfter(0, [2, 1]);
    expect(members(order)).toEqual([0, 2, 1, 3]);
  });

  test("moves all its members", () => {
    const order = listOf(3);
    order.moveBefore(NONE, [2, 0, 1]);
    expect(members(order)).toEqual([2, 0, 1]);
  });

  test("takes a vertex back after it was removed", () => {
    const order = listOf(3);
    order.remove(1);
    expect(members(order)).toEqual([0, 2]);
    order.append(1);
    expect(members(order)).toEqual([0, 2, 1]);
    for (const vertex of [0, 1, 2]) {
      order.remove(vertex);
    }
    expect(members(order)).toEqual([]);
  });

  test("spreads labels again when vertices are put into the same gap for ever", () => {
    const order = listOf(100);
    for (let vertex = 100; vertex < 3_000; vertex += 1) {
      order.append(vertex);
      order.moveAfter(49, [vertex]);
    }
    expect(members(order).slice(49, 53)).toEqual([49, 2_999, 2_998, 2_997]);
  });

  test.each([
    { end: "back", move: (order: OrderList, vertex: number) => order.moveBefore(NONE, [vertex]) },
    { end: "front", move: (order: OrderList, vertex: number) => order.moveAfter(NONE, [vertex]) },
  ])("relabels everything when the labels at the $end are used up", ({ move }) => {
    // A space of 1 024 labels with gaps of 16: used up after 32 moves.
    const order = listOf(5, new OrderList(2 ** 10, 2 ** 4));
    for (let round = 0; round < 1_000; round += 1) {
      move(order, round % 5);
      const labels = members(order).map((vertex) => order.label(vertex));
      expect(Math.min(...labels)).toBeGreaterThanOrEqual(0);
      expect(Math.max(...labels)).toBeLessThanOrEqual(2 ** 10);
    }
  });

  test("is the same list as a plain array under random moves, in ample and in scarce label space", () => {
    const move = fc.record({
      run: fc.uniqueArray(fc.nat({ max: 11 }), { minLength: 1, maxLength: 5 }),
      target: fc.nat({ max: 12 }),
      isBefore: fc.boolean(),
    });
    const spaces = fc.constantFrom([2 ** 53, 2 ** 24], [2 ** 9, 4], [2 ** 8, 1]);
    fc.assert(
      fc.property(spaces, fc.array(move, { maxLength: 60 }), ([space, gap], moves) => {
        const order = listOf(12, new OrderList(space, gap));
        let plain = [...inOrder(order)];
        for (const { run, target, isBefore } of moves) {
          const anchor = target === 12 || run.includes(target) ? NONE : target;
          plain = plain.filter((vertex) => !run.includes(vertex));
          if (isBefore) {
            order.moveBefore(anchor, run);
            plain.splice(anchor === NONE ? plain.length : plain.indexOf(anchor), 0, ...run);
          } else {
            order.moveAfter(anchor, run);
            plain.splice(anchor === NONE ? 0 : plain.indexOf(anchor) + 1, 0, ...run);
          }
          expect(members(order)).toEqual(plain);
        }
      }),
    );
  });
});
