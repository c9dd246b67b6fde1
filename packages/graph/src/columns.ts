/** "No vertex" or "no edge": ids are never negative. */
export const NONE = -1;

/** A growing column of 32-bit integers indexed by id. A cell never written reads as {@link NONE}. */
export class IntColumn {
  #cells = new Int32Array(16).fill(NONE);

  get(id: number): number {
    return this.#cells[id] ?? NONE;
  }

  set(id: number, value: number): void {
    if (id >= this.#cells.length) {
      this.#grow(id);
    }
    this.#cells[id] = value;
  }

  #grow(id: number): void {
    const old = this.#cells;
    this.#cells = new Int32Array(Math.max(old.length * 2, id + 1));
    this.#cells.set(old);
    this.#cells.fill(NONE, old.length);
  }
}

/** Hands out small integers, those given back first. */
export class IdPool {
  #next = 0;
  readonly #free: number[] = [];

  take(): number {
    return this.#free.pop() ?? this.#next++;
  }

  giveBack(id: number): void {
    this.#free.push(id);
  }
}
