import { NONE } from "./tables.js";

const SMALLEST = 32;

/** Where the ends of an edge can be read. */
export interface EdgeEnds {
  from(edge: number): number;
  to(edge: number): number;
}

/**
 * Finds the edge between two vertices in O(1), however many edges either has.
 *
 * An open-addressing hash table that holds edge ids only, and reads the ends of an edge where they
 * are kept anyway, so that an entry costs 8 to 16 bytes.
 */
export class EdgeIndex {
  readonly #ends: EdgeEnds;
  /** A power of two of slots, at most half of them taken, so that probing is short and ends. */
  #slots = new Int32Array(SMALLEST).fill(NONE);
  #taken = 0;

  constructor(ends: EdgeEnds) {
    this.#ends = ends;
  }

  find(from: number, to: number): number {
    const mask = this.#slots.length - 1;
    let slot = hash(from, to) & mask;
    for (;;) {
      const edge = this.#at(slot);
      if (edge === NONE || (this.#ends.from(edge) === from && this.#ends.to(edge) === to)) {
        return edge;
      }
      slot = (slot + 1) & mask;
    }
  }

  /** Its ends must be readable already, and no other edge may have the same ends. */
  add(edge: number): void {
    if ((this.#taken + 1) * 2 > this.#slots.length) {
      this.#grow();
    }
    this.#place(edge);
    this.#taken += 1;
  }

  /** Its ends must still be readable. */
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
    return hash(this.#ends.from(edge), this.#ends.to(edge)) & (this.#slots.length - 1);
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
