/** The part of the standard `AbortSignal` that is used here: this package knows no platform's types. */
export interface AbortSignalLike {
  readonly aborted: boolean;
  readonly reason: unknown;
  addEventListener(type: "abort", listener: () => void): void;
  removeEventListener(type: "abort", listener: () => void): void;
}

/** Somebody who waits for units to change. */
export interface Waiter {
  readonly units: readonly string[];
  /** Looks again at a unit that has changed; `true` ends the wait. */
  check(unit: string): boolean;
  resolve(): void;
  reject(reason: unknown): void;
}

/** Who waits for which unit. Waking costs those who wait for what has changed, nobody else. */
export class Waiters {
  readonly #all = new Set<Waiter>();
  readonly #byUnit = new Map<string, Set<Waiter>>();

  get size(): number {
    return this.#all.size;
  }

  add(waiter: Waiter): void {
    this.#all.add(waiter);
    for (const unit of waiter.units) {
      const waiters = this.#byUnit.get(unit);
      if (waiters === undefined) this.#byUnit.set(unit, new Set([waiter]));
      else waiters.add(waiter);
    }
  }

  /** Says whether it was still waiting. */
  remove(waiter: Waiter): boolean {
    if (!this.#all.delete(waiter)) return false;
    for (const unit of waiter.units) {
      const waiters = this.#byUnit.get(unit);
      waiters?.delete(waiter);
      if (waiters?.size === 0) this.#byUnit.delete(unit);
    }
    return true;
  }

  /** Lets those who wait for the changed units look again. */
  wake(changed: Iterable<string>): void {
    for (const unit of changed) {
      for (const waiter of this.#byUnit.get(unit) ?? []) {
        if (waiter.check(unit) && this.remove(waiter)) waiter.resolve();
      }
    }
  }

  rejectAll(reason: unknown): void {
    for (const waiter of this.#all) {
      if (this.remove(waiter)) waiter.reject(reason);
    }
  }
}
