/** "No vertex" or "no edge": ids are never negative. */
export const NONE = -1;

/**
 * A growing table of 32-bit integers: a row for each id, with a fixed number of fields.
 *
 * A cell never written reads as {@link NONE}. The fields of a row lie side by side in memory, since
 * waiting for memory is most of what a search costs: fields used together belong in one table.
 */
export class IntTable {
  /** Rows are as long as a power of two, so that finding one is a shift. */
  readonly #shift: number;
  #cells: Int32Array;

  constructor(fields: number) {
    this.#shift = Math.ceil(Math.log2(fields));
    this.#cells = new Int32Array(8 << this.#shift).fill(NONE);
  }

  get(row: number, field: number): number {
    const cell = (row << this.#shift) + field;
    // Both halves say the same, but a read that V8 has never seen out of bounds is much faster.
    return cell < this.#cells.length ? (this.#cells[cell] ?? NONE) : NONE;
  }

  set(row: number, field: number, value: number): void {
    const cell = (row << this.#shift) + field;
    if (cell >= this.#cells.length) {
      this.#grow(cell);
    }
    this.#cells[cell] = value;
  }

  #grow(cell: number): void {
    const old = this.#cells;
    this.#cells = new Int32Array(Math.max(old.length * 2, cell + 1));
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
