import { NONE } from "./tables.js";

/** A binary heap of vertices; the one with the smallest key is on top. */
export class VertexHeap {
  // Longer than the heap once it has shrunk: giving the room back and asking for it again is slow.
  readonly #vertices: number[] = [];
  readonly #keys: number[] = [];
  #size = 0;

  /** The vertex with the smallest key, or {@link NONE}. */
  get top(): number {
    return this.#size === 0 ? NONE : this.#vertex(0);
  }

  push(vertex: number, key: number): void {
    let hole = this.#size;
    this.#size += 1;
    while (hole > 0) {
      const parent = (hole - 1) >> 1;
      const parentKey = this.#key(parent);
      if (parentKey <= key) {
        break;
      }
      this.#set(hole, this.#vertex(parent), parentKey);
      hole = parent;
    }
    this.#set(hole, vertex, key);
  }

  /** Removes and returns the top, or {@link NONE}. */
  pop(): number {
    if (this.#size === 0) {
      return NONE;
    }
    const top = this.#vertex(0);
    this.#size -= 1;
    const vertex = this.#vertex(this.#size);
    const key = this.#key(this.#size);
    let hole = 0;
    for (;;) {
      let child = 2 * hole + 1;
      if (child + 1 < this.#size && this.#key(child + 1) < this.#key(child)) {
        child += 1;
      }
      if (child >= this.#size || this.#key(child) >= key) {
        break;
      }
      this.#set(hole, this.#vertex(child), this.#key(child));
      hole = child;
    }
    this.#set(hole, vertex, key);
    return top;
  }

  /** Empties the heap and returns what was in it, in no particular order. */
  drain(): number[] {
    const drained = this.#vertices.slice(0, this.#size);
    this.#size = 0;
    return drained;
  }

  #vertex(index: number): number {
    return this.#vertices[index] ?? NONE;
  }

  #key(index: number): number {
    return this.#keys[index] ?? 0;
  }

  #set(index: number, vertex: number, key: number): void {
    this.#vertices[index] = vertex;
    this.#keys[index] = key;
  }
}
