import { NONE } from "./tables.js";

/** A binary heap of vertices; the one with the smallest key is on top. */
export class VertexHeap {
  readonly #vertices: number[] = [];
  readonly #keys: number[] = [];

  /** The vertex with the smallest key, or {@link NONE}. */
  get top(): number {
    return this.#vertices[0] ?? NONE;
  }

  /** All vertices, in no particular order. */
  get vertices(): readonly number[] {
    return this.#vertices;
  }

  clear(): void {
    this.#vertices.length = 0;
    this.#keys.length = 0;
  }

  push(vertex: number, key: number): void {
    let hole = this.#vertices.length;
    this.#set(hole, vertex, key);
    while (hole > 0) {
      const parent = (hole - 1) >> 1;
      if (this.#key(parent) <= key) {
        break;
      }
      this.#set(hole, this.#vertex(parent), this.#key(parent));
      hole = parent;
    }
    this.#set(hole, vertex, key);
  }

  /** Removes and returns the top, or {@link NONE}. */
  pop(): number {
    const top = this.top;
    const vertex = this.#vertices.pop() ?? NONE;
    const key = this.#keys.pop() ?? 0;
    const size = this.#vertices.length;
    if (size === 0) {
      return top;
    }
    let hole = 0;
    for (;;) {
      let child = 2 * hole + 1;
      if (child + 1 < size && this.#key(child + 1) < this.#key(child)) {
        child += 1;
      }
      if (child >= size || this.#key(child) >= key) {
        break;
      }
      this.#set(hole, this.#vertex(child), this.#key(child));
      hole = child;
    }
    this.#set(hole, vertex, key);
    return top;
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
