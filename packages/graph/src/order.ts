import { AFTER, BEFORE, LABEL, vertexTable } from "./rows.js";
import { NONE, type Table } from "./tables.js";

/**
 * A list of vertices in which "is a before b?" is one comparison, and a vertex can be put anywhere.
 *
 * It is a doubly linked list whose members carry increasing integer labels with gaps. A vertex put
 * between two others takes a label from the gap; when the gap is too small, the labels of just
 * enough following vertices are spread out again: as many as it takes until `count` vertices span
 * more than `count` squared. That rule makes an insertion O(log n) amortised.
 *
 * P. F. Dietz, D. D. Sleator, "Two algorithms for maintaining order in a list", STOC 1987
 * (https://doi.org/10.1145/28395.28434); see also M. A. Bender et al., "Two simplified algorithms
 * for maintaining order in a list", ESA 2002 (https://doi.org/10.1007/3-540-45749-6_17).
 */
export class OrderList {
  /** The list keeps its part of each vertex here; there is room for what others know of it. */
  readonly vertices: Table = vertexTable();
  readonly #space: number;
  readonly #gap: number;
  #first = NONE;
  #last = NONE;
  #size = 0;

  /** The defaults leave room for 2^28 moves to either end before everything is relabelled once. */
  constructor(space: number = 2 ** 53, gap: number = 2 ** 24) {
    this.#space = space;
    this.#gap = gap;
  }

  get first(): number {
    return this.#first;
  }

  get last(): number {
    return this.#last;
  }

  next(vertex: number): number {
    return this.vertices.get(vertex, AFTER);
  }

  previous(vertex: number): number {
    return this.vertices.get(vertex, BEFORE);
  }

  /**
   * Comparable with the labels of other vertices until the next change of the list. An integer within 0 and
   * the space, so that it is exact as a double.
   */
  label(vertex: number): number {
    return this.vertices.getDouble(vertex, LABEL);
  }

  isBefore(a: number, b: number): boolean {
    return this.label(a) < this.label(b);
  }

  /** Adds a vertex that is not in the list at the back. */
  append(vertex: number): void {
    this.#insert([vertex], this.#last, NONE);
  }

  /** Adds a vertex that is not in the list at the front. */
  prepend(vertex: number): void {
    this.#insert([vertex], NONE, this.#first);
  }

  remove(vertex: number): void {
    const previous = this.vertices.get(vertex, BEFORE);
    const next = this.vertices.get(vertex, AFTER);
    this.#join(previous, next);
    this.#size -= 1;
  }

  /** Moves the vertices, in the order given, to just before `target`, or to the back if it is {@link NONE}. */
  moveBefore(target: number, run: readonly number[]): void {
    for (const vertex of run) {
      this.remove(vertex);
    }
    this.#insert(run, target === NONE ? this.#last : this.vertices.get(target, BEFORE), target);
  }

  /** Moves the vertices, in the order given, to just after `target`, or to the front if it is {@link NONE}. */
  moveAfter(target: number, run: readonly number[]): void {
    for (const vertex of run) {
      this.remove(vertex);
    }
    this.#insert(run, target, target === NONE ? this.#first : this.vertices.get(target, AFTER));
  }

  #join(previous: number, next: number): void {
    if (previous === NONE) {
      this.#first = next;
    } else {
      this.vertices.set(previous, AFTER, next);
    }
    if (next === NONE) {
      this.#last = previous;
    } else {
      this.vertices.set(next, BEFORE, previous);
    }
  }

  #insert(run: readonly number[], before: number, after: number): void {
    let previous = before;
    for (const vertex of run) {
      this.#join(previous, vertex);
      this.vertices.set(vertex, BEFORE, previous);
      previous = vertex;
    }
    this.#join(previous, after);
    this.#size += run.length;
    this.#labelRun(before, after, run.length);
  }

  /** Labels the `count` vertices between two neighbours, either of which may be {@link NONE}. */
  #labelRun(before: number, after: number, count: number): void {
    if (before === NONE && after === NONE) {
      this.#relabelAll();
    } else if (before === NONE) {
      this.#spread(this.label(after) - this.#gap * (count + 1), this.#gap, this.#first, count);
    } else {
      let end = after;
      let intervals = count + 1;
      const base = this.label(before);
      while (end !== NONE && this.label(end) - base <= intervals * intervals) {
        end = this.vertices.get(end, AFTER);
        intervals += 1;
      }
      const step = end === NONE ? this.#gap : Math.floor((this.label(end) - base) / intervals);
      this.#spread(base, step, this.vertices.get(before, AFTER), intervals - 1);
    }
  }

  /** Gives `count` vertices the labels `base + step`, `base + 2 * step`, … */
  #spread(base: number, step: number, first: number, count: number): void {
    if (base < 0 || base + step * count > this.#space) {
      this.#relabelAll();
      return;
    }
    let vertex = first;
    for (let k = 1; k <= count; k += 1) {
      this.vertices.setDouble(vertex, LABEL, base + step * k);
      vertex = this.vertices.get(vertex, AFTER);
    }
  }

  /** Labels the whole list from the middle of the space, leaving equal room at both ends. */
  #relabelAll(): void {
    const step = Math.min(this.#gap, Math.floor(this.#space / (this.#size + 1)));
    let label = Math.floor((this.#space - step * this.#size) / 2);
    for (let vertex = this.#first; vertex !== NONE; vertex = this.vertices.get(vertex, AFTER)) {
      label += step;
      this.vertices.setDouble(vertex, LABEL, label);
    }
  }
}
