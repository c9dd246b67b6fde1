import * as fc from "fast-check";
import { expect, test } from "vitest";
import { VertexHeap } from "../src/heap.js";
import { NONE } from "../src/tables.js";

/*
 *   keys in any order ──> heap ──> keys in order
 */
test("a heap gives its vertices back by key", () => {
  fc.assert(
    fc.property(fc.array(fc.integer()), (keys) => {
      const heap = new VertexHeap();
      keys.forEach((key, vertex) => {
        heap.push(vertex, key);
      });
      expect(heap.drain().sort((a, b) => a - b)).toEqual(keys.map((_, vertex) => vertex));
      expect(heap.top).toBe(NONE);
      keys.forEach((key, vertex) => {
        heap.push(vertex, key);
      });
      const popped: number[] = [];
      for (let vertex = heap.pop(); vertex !== NONE; vertex = heap.pop()) {
        popped.push(keys[vertex] ?? 0);
      }
      expect(popped).toEqual([...keys].sort((a, b) => a - b));
      expect(heap.top).toBe(NONE);
    }),
  );
});
