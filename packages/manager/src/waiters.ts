import type { Requirement } from "./status.js";
import type { Caller } from "./unit.js";

/** The part of the standard `AbortSignal` that is used here: this package knows no platform's types. */
export interface AbortSignalLike {
  readonly aborted: boolean;
  readonly reason: unknown;
  addEventListener(type: "abort", listener: () => void): void;
  removeEventListener(type: "abort", listener: () => void): void;
}

/** A call that is held until its time has come. */
export interface HeldCall extends Caller {
  /** When it was made, in ms since the epoch. */
  readonly since: number;
}

/** Somebody who waits for units to change. */
export interface Waiter {
  readonly call: HeldCall;
  /** The unit it will start; `undefined` for who is no unit. */
  readonly starts: string | undefined;
  readonly units: readonly string[];
  /** What it still needs one of its units to be; nothing when it starts that unit. */
  readonly needs: (unit: string) => Requirement | undefined;
  /** Looks again at a unit that has changed; `true` ends the wait. */
  check(unit: string): boolean;
  resolve(): void;
  /** Starts its unit, without looking again. */
  start(): void;
  reject(reason: unknown): void;
}

/** Who waits for which unit. Waking costs those who wait for what has changed, nobody else. */
export class Waiters {
  readonly #all = new Set<Waiter>();
  readonly #byUnit = new Map<string, Set<Waiter>>();

  get size(): number {
    return this.#all.size;
  }

  /** Who waits for a unit to change, the oldest first. */
  on(unit: string): Iterable<Waiter> {
    return this.#byUnit.get(unit) ?? [];
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

  /** Lets those go who start one of these units, if it can be started now. */
  release(units: Iterable<string>, canStart: (unit: string) => boolean): void {
    if (this.#all.size === 0) return;
    for (const unit of units) {
      const waiters = this.#byUnit.get(unit);
      if (waiters === undefined || !canStart(unit)) continue;
      for (const waiter of waiters) {
        if (waiter.starts === unit && this.remove(waiter)) waiter.start();
      }
    }
  }

  rejectAll(reason: unknown): void {
    for (const waiter of this.#all) {
      if (this.remove(waiter)) waiter.reject(reason);
    }
  }
}
