import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { EdgeIndex } from "../src/edge-index.js";
import { NONE } from "../src/tables.js";

/*
 *   edge 0: 0 ──> 0,  edge 1: 0 ──> 1, … edge 63: 7 ──> 7
 */
const SIDE = 8;
const ends = {
  from: (edge: number) => Math.floor(edge / SIDE),
  to: (edge: number) => edge % SIDE,
};

describe("an edge index", () => {
  test("is the same as a Map while edges come and go and collide", () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: SIDE * SIDE - 1 }), { maxLength: 300, size: "max" }), (toggles) => {
        const index = new EdgeIndex(ends);
        const present = new Set<number>();
        for (const edge of toggles) {
          if (present.delete(edge)) {
            index.remove(edge);
          } else {
            present.add(edge);
            index.add(edge);
          }
        }
        for (let edge = 0; edge < SIDE * SIDE; edge += 1) {
          expect(index.find(ends.from(edge), ends.to(edge))).toBe(present.has(edge) ? edge : NONE);
        }
      }),
    );
  });
});
