import { EventEmitter, once } from "node:events";
import { existsSync, type FSWatcher, mkdirSync, watch } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import type { Child } from "../child.js";
import { Sandbox } from "../sandbox.js";
import type { Death } from "./moves.js";
import { Party } from "./party.js";

const workers = 8;

/** What makes a journal long in less than a second: nearly as much as a reason may have. */
const padding = "🚀".repeat(2_000);

/** Nothing here takes a tenth of it, in ms: what is not at its end by then hangs. */
const hangsAfterMs = 60_000;

/** Agents one after the other on the same journal, each of which is killed, and clients that go on. */
export class Series implements AsyncDisposable {
  /** How often an agent was killed, and how often while it wrote its journal anew. */
  kills = 0;
  killsInRewrite = 0;
  readonly #mistakes: string[] = [];
  readonly #sandbox = new Sandbox({ longestMs: 10 * hangsAfterMs });
  readonly #directory = `${this.#sandbox.directory}/journal`;
  readonly #party: Party;
  readonly #watcher: FSWatcher;
  readonly #rewrites = new EventEmitter();
  /** How long an agent takes from its beginning until it listens, in ms. */
  #startMs = 300;

  constructor(seed: number) {
    mkdirSync(this.#directory, { mode: 0o700 });
    this.#watcher = watch(this.#directory, (_type, name) => {
      if (name === "journal.new") this.#rewrites.emit("begun");
    });
    const { socketPath } = this.#sandbox;
    this.#party = new Party({ socketPath, journalPath: `${this.#directory}/journal`, size: workers, seed });
  }

  get mistakes(): string[] {
    return [...this.#mistakes, ...this.#party.mistakes];
  }

  get figures(): Readonly<Record<string, number>> {
    const { kills, killsInRewrite } = this;
    return { kills, killsInRewrite, ...this.#party.figures };
  }

  /** A first agent, which all meet, and the journal it leaves. */
  async begin(): Promise<void> {
    const agent = this.#startAgent();
    await agent.line("listening");
    await this.#party.meet();
    await agent.kill("SIGKILL");
    // The judge holds the first journal from here on, and so sees the last of it when another takes its place.
    this.#party.judge.judge(undefined);
  }

  /** One agent, from its beginning to its death. */
  async live(death: Death): Promise<void> {
    const over = new AbortController();
    const agent = this.#startAgent();
    const isLong = death.when === "while it writes its journal anew";
    const working = this.#party.work({ over: over.signal, padding: isLong ? padding : "" });
    const look = this.#party.look(over.signal);
    await this.#meet(agent, death);
    const ended = agent.kill("SIGKILL");
    over.abort();
    const { status, stderr } = await ended;
    await working;
    if (status === 137) this.kills += 1;
    else if (status !== 0) this.#mistakes.push(`the agent ended with ${status}:\n${stderr}`);
    if (existsSync(`${this.#directory}/journal.new`)) this.killsInRewrite += 1;
    this.#party.judge.judge(await look);
  }

  /** A last agent, under which everything completes, and nobody is left waiting. */
  async end(): Promise<void> {
    const agent = this.#startAgent();
    await agent.line("listening");
    const snapshot = await this.#party.finish();
    await agent.kill("SIGTERM");
    const { judge } = this.#party;
    judge.judge(snapshot);
    this.#mistakes.push(...judge.orphans.map((unit) => `${unit} belongs to who has ended`));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#watcher.close();
    await this.#party[Symbol.asyncDispose]();
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
}
