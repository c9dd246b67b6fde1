import { EventEmitter, once } from "node:events";
import { existsSync, type FSWatcher, mkdirSync, watch } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { type Client, createClient, ProtocolError } from "@sync/protocol/client";
import type { Child } from "../child.js";
import { Sandbox } from "../sandbox.js";
import { Judge, type Snapshot } from "./judge.js";
import { type Death, movesOf } from "./moves.js";
import { Worker } from "./worker.js";

const workers = 8;

/** What makes a journal long in less than a second: nearly as much as a reason may have. */
const padding = "🚀".repeat(2_000);

/** Nothing here takes a tenth of it, in ms: what is not at its end by then hangs. */
const hangsAfterMs = 60_000;

/** Agents one after the other on the same journal, each of which is killed, and clients that go on. */
export class Series implements AsyncDisposable {
  readonly judge: Judge;
  /** How often an agent was killed, and how often while it wrote its journal anew. */
  kills = 0;
  killsInRewrite = 0;
  readonly #mistakes: string[] = [];
  readonly #sandbox = new Sandbox({ longestMs: 10 * hangsAfterMs });
  readonly #directory = `${this.#sandbox.directory}/journal`;
  readonly #client: Client;
  readonly #watcher: FSWatcher;
  readonly #rewrites = new EventEmitter();
  readonly #workers: readonly Worker[];
  /** How long an agent takes from its beginning until it listens, in ms. */
  #startMs = 300;

  constructor(seed: number) {
    const { socketPath } = this.#sandbox;
    mkdirSync(this.#directory, { mode: 0o700 });
    this.#watcher = watch(this.#directory, (_type, name) => {
      if (name === "journal.new") this.#rewrites.emit("begun");
    });
    this.judge = new Judge(`${this.#directory}/journal`);
    this.#client = createClient({ socketPaths: [socketPath] });
    const { ledger, waits } = this.judge;
    this.#workers = Array.from(
      { length: workers },
      (_, number) =>
        new Worker(number, movesOf(seed * workers + number), { socketPath, ledger, waits, size: workers }),
    );
  }

  get mistakes(): string[] {
    return [...this.#mistakes, ...this.judge.mistakes];
  }

  get figures(): Readonly<Record<string, number>> {
    const { kills, killsInRewrite, judge } = this;
    return { kills, killsInRewrite, ...judge.figures, ...judge.ledger.figures, waits: judge.waits.ended };
  }

  /** A first agent, which all meet. */
  async begin(): Promise<void> {
    const agent = this.#startAgent();
    await agent.line("listening");
    await Promise.all(this.#workers.map((worker) => worker.meet()));
    await agent.kill("SIGKILL");
  }

  /** One agent, from its beginning to its death. */
  async live(death: Death): Promise<void> {
    const over = new AbortController();
    const agent = this.#startAgent();
    const isLong = death.when === "while it writes its journal anew";
    const working = this.#workers.map((worker) =>
      worker.work({ over: over.signal, padding: isLong ? padding : "" }),
    );
    const look = this.#look(over.signal);
    await this.#meet(agent, death);
    const ended = agent.kill("SIGKILL");
    over.abort();
    const { status, stderr } = await ended;
    await Promise.all(working);
    if (status === 137) this.kills += 1;
    else if (status !== 0) this.#mistakes.push(`the agent ended with ${status}:\n${stderr}`);
    if (existsSync(`${this.#directory}/journal.new`)) this.killsInRewrite += 1;
    this.judge.judge(await look);
  }

  /** A last agent, under which everything completes, and nobody is left waiting. */
  async end(): Promise<void> {
    const agent = this.#startAgent();
    await agent.line("listening");
    for (const unit of this.judge.orphans) {
      while ((await this.#client.status(unit)).owner !== null) await delay(50);
    }
    await this.#completeAll();
    const snapshot = await this.#look(new AbortController().signal);
    const idle = Promise.all(this.#workers.map((worker) => worker.idle())).then(() => true);
    if (!(await Promise.race([idle, delay(hangsAfterMs, false, { ref: false })]))) {
      this.#mistakes.push(`${this.judge.ledger.held + this.judge.waits.held} calls hang`);
    }
    await agent.kill("SIGTERM");
    this.judge.judge(snapshot);
    this.#mistakes.push(...this.judge.orphans.map((unit) => `${unit} belongs to who has ended`));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#watcher.close();
    this.judge[Symbol.dispose]();
    await Promise.all(this.#workers.map((worker) => worker[Symbol.asyncDispose]()));
    await this.#client.close();
    await this.#sandbox[Symbol.asyncDispose]();
  }

  #startAgent(): Child {
    return this.#sandbox.start("sync-agent", ["--journal", this.#directory]);
  }

  /** Resolves when the moment has come. */
  async #meet(agent: Child, { when, later }: Death): Promise<void> {
    const begun = performance.now();
    const part = later / 1000;
    if (when === "while it starts") {
      await delay(part * this.#startMs);
      return;
    }
    await agent.line("listening");
    this.#startMs = performance.now() - begun;
    switch (when) {
      case "under load":
        await delay(part * 150);
        break;
      case "while it stops":
        await delay(50);
        agent.signal("SIGTERM");
        await delay(part * 25);
        break;
      case "while it writes its journal anew":
        await once(this.#rewrites, "begun", { signal: AbortSignal.timeout(hangsAfterMs) });
        await delay(part * 10);
        break;
      default:
        when satisfies never;
    }
  }

  /** What the agent shows as soon as it can be asked. */
  async #look(over: AbortSignal): Promise<Snapshot | undefined> {
    while (!over.aborted) {
      try {
        for await (const event of this.#client.events({ signal: over })) {
          if (event.type !== "snapshot") throw new Error(`the first event is ${event.type}`);
          return event;
        }
      } catch (error) {
        if (!over.aborted && !(error instanceof ProtocolError)) throw error;
        await delay(10);
      }
    }
    return undefined;
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
        await this.judge.ledger.run({ worker: workers, verb: "complete", unit }, (id) =>
          this.#client.complete(unit, { reason: `${id} `, force: true }),
        );
      }
    }
  }

  async #start(unit: string): Promise<void> {
    await this.judge.ledger.run({ worker: workers, verb: "start", unit }, () =>
      this.#client.start(unit, { force: true }),
    );
  }
}
