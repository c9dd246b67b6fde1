/** "No vertex" or "no edge": ids are never negative. */
export const NONE = -1;

/** In rows: a graph of a dozen vertices, the usual one, never grows. */
const SMALLEST = 16;

/**
 * A growing table of numbers: a row for each id, with a fixed number of fields.
 *
 * A field is a 32-bit integer, and reads as {@link NONE} before it is written; a double takes the room of two
 * fields, the first of which is even. The fields of a row lie side by side in memory, since waiting for
 * memory is most of what a search costs: what is used together belongs in one table.
 */
export class Table {
  /** Rows are as long as a power of two, so that finding one is a shift. */
  readonly #shift: number;
  #cells: Int32Array;
  /** The same memory. */
  #doubles: Float64Array;

  constructor(fields: number) {
    this.#shift = Math.ceil(Math.log2(fields));
    this.#cells = new Int32Array(SMALLEST << this.#shift).fill(NONE);
    this.#doubles = new Float64Array(this.#cells.buffer);
  }

  get(row: number, field: number): number {
    const cell = (row << this.#shift) + field;
    // Both halves say the same, but a read that V8 has never seen out of bounds is much faster.
    return cell < this.#cells.length ? (this.#cells[cell] ?? NONE) : NONE;
  }

  set(row: number, field: number, value: number): void {
    const cell = (row << this.#shift) + field;
    if (cell >= this.#cells.length) {
      this.#grow(row);
    }
    this.#cells[cell] = value;
  }

  /** Only of a row that has been written. */
  getDouble(row: number, field: number): number {
    return this.#doubles[((row << this.#shift) + field) >> 1] ?? 0;
  }

  /** Only of a row that has been written. */
  setDouble(row: number, field: number, value: number): void {
    this.#doubles[((row << this.#shift) + field) >> 1] = value;
  }

  #grow(row: number): void {
    const old = this.#cells;
    this.#cells = new Int32Array(Math.max(old.length * 2, (row + 1) << this.#shift));
    this.#cells.set(old);
    this.#cells.fill(NONE, old.length);
    this.#doubles = new Float64Array(this.#cells.buffer);
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
