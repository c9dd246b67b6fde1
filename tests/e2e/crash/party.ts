import { setTimeout as delay } from "node:timers/promises";
import { type Client, createClient, ProtocolError } from "@sync/protocol/client";
import { Judge, type Snapshot } from "./judge.js";
import { movesOf } from "./moves.js";
import { type Life, Worker } from "./worker.js";

/** Nothing here takes a tenth of it, in ms: what is not at its end by then hangs. */
const hangsAfterMs = 60_000;

interface PartyOptions {
  readonly socketPath: string;
  readonly journalPath: string;
  readonly size: number;
  readonly seed: number;
}

/** Workers at the same agent, and at those after it, and who judges what comes of it. */
export class Party implements AsyncDisposable {
  readonly judge: Judge;
  readonly #mistakes: string[] = [];
  readonly #client: Client;
  readonly #workers: readonly Worker[];

  constructor({ socketPath, journalPath, size, seed }: PartyOptions) {
    this.judge = new Judge(journalPath);
    this.#client = createClient({ socketPaths: [socketPath] });
    const { ledger, waits } = this.judge;
    this.#workers = Array.from(
      { length: size },
      (_, number) => new Worker(number, movesOf(seed * size + number), { socketPath, ledger, waits, size }),
    );
  }

  get mistakes(): string[] {
    return [...this.#mistakes, ...this.judge.mistakes];
  }

  get figures(): Readonly<Record<string, number>> {
    const { figures, ledger, waits } = this.judge;
    return { ...figures, ...ledger.figures, waits: waits.ended };
  }

  /** All get to know the agent. */
  async meet(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.meet()));
  }

  /** All work until the life is over, and nothing is under way but what is held. */
  async work(life: Life): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.work(life)));
  }

  /** What the agent shows as soon as it can be asked; `undefined` when that is over before. */
  async look(over?: AbortSignal): Promise<Snapshot | undefined> {
    while (!over?.aborted) {
      try {
        for await (const event of this.#client.events({ signal: over })) {
          if (event.type !== "snapshot") throw new Error(`the first event is ${event.type}`);
          return event;
        }
      } catch (error) {
        if (!over?.aborted && !(error instanceof ProtocolError)) throw error;
        await delay(10);
      }
    }
    return undefined;
  }

  /** Completes everything, after which nobody may be left waiting. @returns what the agent shows then. */
  async finish(): Promise<Snapshot | undefined> {
    for (const unit of this.judge.orphans) {
      while ((await this.#client.status(unit)).owner !== null) await delay(50);
    }
    let isIdle = false;
    void Promise.all(this.#workers.map((worker) => worker.idle())).then(() => {
      isIdle = true;
    });
    // Whoever is held may start again what has completed.
    for (const end = performance.now() + hangsAfterMs; !isIdle && performance.now() < end; ) {
      await this.#completeAll();
      await delay(20);
    }
    if (!isIdle) this.#mistakes.push(`${this.judge.ledger.held + this.judge.waits.held} calls hang`);
    await this.#completeAll();
    return this.look();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.judge[Symbol.dispose]();
    await Promise.all(this.#workers.map((worker) => worker[Symbol.asyncDispose]()));
    await this.#client.close();
  }

  /** Starts and completes what is ready, until all is; also what was only waited for. */
  async #completeAll(): Promise<void> {
    for (const unit of new Set(this.judge.waits.units)) await this.#start(unit);
    for (;;) {
      const left = (await this.#client.list()).filter(({ status }) => status !== "completed");
      if (left.length === 0) return;
      for (const { unit_name: unit, status, is_ready } of left) {
        if (!is_ready) continue;
        if (status !== "started") await this.#start(unit);
        await this.judge.ledger.run({ worker: this.#workers.length, verb: "complete", unit }, (id) =>
          this.#client.complete(unit, { reason: `${id} `, force: true }),
        );
      }
    }
  }

  async #start(unit: string): Promise<void> {
    await this.judge.ledger.run({ worker: this.#workers.length, verb: "start", unit }, () =>
      this.#client.start(unit, { force: true }),
    );
  }
}
