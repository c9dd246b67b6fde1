import { type IntColumn, NONE } from "./columns.js";

const SMALLEST = 16;

/**
 * Finds the edge between two vertices in O(1), however many edges either has.
 *
 * An open-addressing hash table that holds edge ids only: the ends of an edge are read from the
 * columns of the adjacency, so an entry costs 8 to 16 bytes.
 */
export class EdgeIndex {
  readonly #from: IntColumn;
  readonly #to: IntColumn;
  /** A power of two of slots, at most half of them taken, so that probing is short and ends. */
  #slots = new Int32Array(SMALLEST).fill(NONE);
  #taken = 0;

  constructor(from: IntColumn, to: IntColumn) {
    this.#from = from;
    this.#to = to;
  }

  find(from: number, to: number): number {
    const mask = this.#slots.length - 1;
    let slot = hash(from, to) & mask;
    for (;;) {
      const edge = this.#at(slot);
      if (edge === NONE || (this.#from.get(edge) === from && this.#to.get(edge) === to)) {
        return edge;
      }
      slot = (slot + 1) & mask;
    }
  }

  /** The columns must already hold the ends of the edge, and no other edge may have the same ends. */
  add(edge: number): void {
    if ((this.#taken + 1) * 2 > this.#slots.length) {
      this.#grow();
    }
    this.#place(edge);
    this.#taken += 1;
  }

  /** The columns must still hold the ends of the edge. */
  remove(edge: number): void {
    const mask = this.#slots.length - 1;
    let hole = this.#home(edge);
    while (this.#at(hole) !== edge) {
      hole = (hole + 1) & mask;
    }
    // Close the gap: an entry that was pushed past the hole by a collision moves back into it.
    for (let slot = (hole + 1) & mask; this.#at(slot) !== NONE; slot = (slot + 1) & mask) {
      const moved = this.#at(slot);
      const fromHome = (slot - this.#home(moved)) & mask;
      if (fromHome >= ((slot - hole) & mask)) {
        this.#slots[hole] = moved;
        hole = slot;
      }
    }
    this.#slots[hole] = NONE;
    this.#taken -= 1;
  }

  #at(slot: number): number {
    return this.#slots[slot] ?? NONE;
  }

  #home(edge: number): number {
    return hash(this.#from.get(edge), this.#to.get(edge)) & (this.#slots.length - 1);
  }

  #place(edge: number): void {
    const mask = this.#slots.length - 1;
    let slot = this.#home(edge);
    while (this.#at(slot) !== NONE) {
      slot = (slot + 1) & mask;
    }
    this.#slots[slot] = edge;
  }

  #grow(): void {
    const old = this.#slots;
    this.#slots = new Int32Array(old.length * 2).fill(NONE);
    for (const edge of old) {
      if (edge !== NONE) {
        this.#place(edge);
      }
    }
  }
}

/** Mixes both ids into all 32 bits: neighbouring ids, the usual case, must not share a run of slots. */
function hash(from: number, to: number): number {
  let mixed = Math.imul(from, 0x9e3779b1) ^ Math.imul(to, 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0xc2b2ae35);
  return mixed ^ (mixed >>> 13);
}
