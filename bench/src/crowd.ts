import type { Gatekeeper } from "./gatekeepers.js";
import { type LineProcess, ownProcess } from "./line-process.js";

/** How a waiter waits. */
export type WaiterKind = "http" | "polling" | "client" | "redis" | "nats";

/** As many connections as a process may have, with room for others: the usual limits begin at 1 024 and 20 000. */
const mostInOneProcess = 5_000;

let gates = 0;

/** So many who wait at a gate, in processes of their own. */
export class Crowd implements AsyncDisposable {
  readonly #keeper: Gatekeeper;
  readonly #count: number;
  /** How many of them the keeper knows to wait. */
  readonly #held: number;
  readonly #processes: readonly LineProcess[];

  private constructor(
    keeper: Gatekeeper,
    kind: WaiterKind,
    count: number,
    processes: readonly LineProcess[],
  ) {
    this.#keeper = keeper;
    this.#count = count;
    this.#held = kind === "polling" ? 0 : count;
    this.#processes = processes;
  }

  static async gather(keeper: Gatekeeper, kind: WaiterKind, count: number): Promise<Crowd> {
    const processes = [];
    for (let first = 0; first < count; first += mostInOneProcess) {
      const part = Math.min(mostInOneProcess, count - first);
      processes.push(ownProcess("waiters", [kind, keeper.where, String(part), `${kind}-${count}-${first}`]));
    }
    await Promise.all(processes.map((waiters) => waiters.next()));
    return new Crowd(keeper, kind, count, processes);
  }

  /** Lets all wait at a new gate, opens it, and resolves with how long it took until the last was through, in ms. */
  async wake(): Promise<number> {
    gates += 1;
    const gate = `gate-${gates}`;
    await Promise.all(this.#processes.map((waiters) => waiters.ask(gate)));
    await this.#keeper.untilHeld(gate, this.#held);
    const opened = process.hrtime.bigint();
    this.#keeper.open(gate, this.#count);
    const ends = await Promise.all(this.#processes.map((waiters) => waiters.next()));
    return Math.max(...ends.map((end) => Number(BigInt(end) - opened) / 1e6));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#processes.map((waiters) => waiters[Symbol.asyncDispose]()));
  }
}
