import type { Clock } from "../src/index.js";

/** Time that stands still until a test moves it; no time at all passes by itself. */
export class TestClock implements Clock {
  #now = 1_000;
  readonly #timers = new Map<() => void, number>();

  now(): number {
    return this.#now;
  }

  monotonic(): number {
    return this.#now;
  }

  after(ms: number, callback: () => void): () => void {
    if (ms === 0) {
      const immediate = setImmediate(callback);
      return () => clearImmediate(immediate);
    }
    this.#timers.set(callback, this.#now + ms);
    return () => this.#timers.delete(callback);
  }

  /** How many timers run. */
  get timers(): number {
    return this.#timers.size;
  }

  advance(ms: number): void {
    this.#now += ms;
    for (const [callback, at] of [...this.#timers].sort(([, a], [, b]) => a - b)) {
      if (at <= this.#now && this.#timers.delete(callback)) callback();
    }
  }
}
