import { NONE } from "./tables.js";

/**
 * A binary heap of vertices; the one with the smallest key is on top.
 *
 * Keys are read where they are needed, and not through a method: V8 puts each fraction or large integer that
 * a call returns on the heap of the process, and a search asks for many.
 */
export class VertexHeap {
  // Longer than the heap once it has shrunk: giving the room back and asking for it again is slow.
  readonly #vertices: number[] = [];
  readonly #keys: number[] = [];
  #size = 0;

  /** The vertex with the smallest key, or {@link NONE}. */
  get top(): number {
    return this.#size === 0 ? NONE : (this.#vertices[0] ?? NONE);
  }

  push(vertex: number, key: number): void {
    let hole = this.#size;
    this.#size += 1;
    while (hole > 0) {
      const parent = (hole - 1) >> 1;
      if ((this.#keys[parent] ?? 0) <= key) {
        break;
      }
      this.#move(parent, hole);
      hole = parent;
    }
    this.#vertices[hole] = vertex;
    this.#keys[hole] = key;
  }

  /** Removes and returns the top, or {@link NONE}. */
  pop(): number {
    const top = this.top;
    if (top === NONE) {
      return NONE;
    }
    this.#size -= 1;
    const key = this.#keys[this.#size] ?? 0;
    let hole = 0;
    for (;;) {
      let child = 2 * hole + 1;
      if (child + 1 < this.#size && (this.#keys[child + 1] ?? 0) < (this.#keys[child] ?? 0)) {
        child += 1;
      }
      if (child >= this.#size || (this.#keys[child] ?? 0) >= key) {
        break;
      }
      this.#move(child, hole);
      hole = child;
    }
    this.#move(this.#size, hole);
    return top;
  }

  /** Empties the heap and returns what was in it, in no particular order. */
  drain(): number[] {
    const drained = this.#vertices.slice(0, this.#size);
    this.#size = 0;
    return drained;
  }

  #move(from: number, to: number): void {
    this.#vertices[to] = this.#vertices[from] ?? NONE;
    this.#keys[to] = this.#keys[from] ?? 0;
  }
}
