import { setTimeout as delay } from "node:timers/promises";
import { ProtocolError } from "@sync/protocol/client";
import type { RunningAgent } from "../rig.js";
import { History } from "./history.js";
import { type End, endsOf } from "./oracle.js";
import { gate, type Scenario, type Unit } from "./scenario.js";
import { Script } from "./script.js";

/** Nothing here takes a tenth of it: what is not at its end by then hangs. */
const hangsAfterMs = 60_000;

interface Played {
  /** What is not as it must be; empty when all is well. */
  readonly mistakes: readonly string[];
  readonly units: number;
}

/** Plays scenarios on one agent, so many at a time. */
export async function play(
  agent: RunningAgent,
  scenarios: ReadonlyMap<number, Scenario>,
  atATime: number,
): Promise<Played> {
  const history = new History();
  const done = new AbortController();
  const following = history.follow(agent.client, done.signal);
  const left = [...scenarios];
  const mistakes: string[] = [];
  const playSome = async () => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) {
      const [number, scenario] = next;
      const found = await new Stage(agent, history, number, scenario).play();
      mistakes.push(...found);
      if (found.length > 0) {
        // One that hangs has taken a minute: the next would be no news.
        left.length = 0;
      }
    }
  };
  await Promise.all(Array.from({ length: atATime }, playSome));
  done.abort();
  await following;
  return {
    mistakes: [...mistakes, ...history.mistakes],
    units: [...scenarios.values()].reduce((sum, { length }) => sum + length, 0),
  };
}

/** One scenario while it is played. */
class Stage {
  readonly #agent: RunningAgent;
  readonly #history: History;
  readonly #scenario: Scenario;
  readonly #gate: string;
  readonly #scripts = new Map<string, Script>();
  readonly #ends = new Map<string, End>();
  /** How many have still to be killed, or to time out, before the gate may open. */
  #held: number;
  readonly #gateIsOpen: Promise<void>;
  #openGate = () => {};

  constructor(agent: RunningAgent, history: History, number: number, scenario: Scenario) {
    this.#agent = agent;
    this.#history = history;
    this.#scenario = scenario;
    this.#gate = `${number}/${gate}`;
    this.#held = scenario.filter(({ dependencies }) =>
      dependencies.some(({ unit }) => unit === this.#gate),
    ).length;
    this.#gateIsOpen = new Promise<void>((resolve) => {
      this.#openGate = resolve;
    }).then(() => agent.client.complete(this.#gate).then(() => {}));
  }

  async play(): Promise<string[]> {
    await this.#agent.client.start(this.#gate);
    const over = new AbortController();
    const all = Promise.all(this.#scenario.map(async (unit) => this.#playUnit(unit))).then(
      () => "ended" as const,
    );
    const end = await Promise.race([all, delay(hangsAfterMs, "hangs" as const, { signal: over.signal })]);
    over.abort();
    const mistakes =
      end === "hangs" ? this.#hanging() : this.#scenario.flatMap((unit) => this.#mistakesOf(unit));
    await Promise.all([...this.#scripts.values()].map((script) => script[Symbol.asyncDispose]()));
    return mistakes;
  }

  async #playUnit(unit: Unit): Promise<void> {
    await delay(unit.delayMs);
    const { directory: cwd, env } = this.#agent.sandbox;
    const script = new Script(unit, { cwd, env });
    this.#scripts.set(unit.name, script);
    await this.#direct(unit, script);
    script.goOnAlways();
    await script.ended();
    this.#ends.set(unit.name, await this.#endOf(unit));
  }

  /** Lets a script go on to where its fate meets it. */
  async #direct({ name, kind, fate, strict }: Unit, script: Script): Promise<void> {
    if (fate.what === "ends") {
      return;
    }
    if (fate.what === "is killed at any time") {
      script.goOnAlways();
      await Promise.race([delay(fate.afterMs), script.ended()]);
      script.kill(fate.victim, "SIGKILL");
      return;
    }
    if (fate.what === "times out") {
      script.goOn();
      // One that does not care goes on working, and reports when all it has waited for is there.
      await (strict ? script.ended() : script.says("working"));
      await this.#pass();
      return;
    }
    const { when, victim, signal } = fate;
    const named = victim === "syncctl" || victim === "child" ? undefined : victim;
    switch (when) {
      case "before want":
        await script.says("ready");
        script.kill(named ?? "shell", signal);
        break;
      case "while waiting": {
        script.goOn();
        const waits = this.#history.happens("attempted", name);
        await Promise.race([waits, script.ended()]);
        const pid = named ?? (kind === "run" ? "shell" : await script.says("syncctl"));
        script.kill(pid ?? "shell", signal);
        script.goOnAlways();
        await script.ended();
        await this.#pass();
        break;
      }
      case "while running": {
        script.goOn();
        const child = await script.says("working");
        // It ends without having worked when it was not released.
        if (child !== undefined) {
          script.kill(named ?? (victim === "child" ? child : "shell"), signal);
          // What `run` runs ends with it, or by the signal that is passed on; a shell may first wait for its child.
          if (kind === "run") {
            await script.ended();
          }
        }
        break;
      }
      case "after its report":
        script.goOn();
        script.goOn();
        await script.says("reported");
        script.kill(named ?? "shell", signal);
        break;
      default:
        when satisfies never;
    }
  }

  async #pass(): Promise<void> {
    this.#held -= 1;
    if (this.#held === 0) {
      this.#openGate();
    }
    await this.#gateIsOpen;
  }

  /** How it has ended. One that is bound to nobody, and that nobody will report, is failed in its place. */
  async #endOf({ name }: Unit): Promise<End> {
    const { client } = this.#agent;
    for (;;) {
      const { status, owner, starting } = await client.status(name);
      if (status === "completed" || status === "failed" || status === "skipped") {
        return status;
      }
      if (owner !== null) {
        // Its last word may still be on its way.
        const words = ["completed", "failed", "reset"] as const;
        await Promise.race(words.map((word) => this.#history.happens(word, name)));
      } else if (starting === null) {
        if (status === "not registered") {
          await client.want(name, [{ unit: this.#gate }]);
        }
        // Refused when the last word of one that was killed has come between: then that counts.
        await client.fail(name, { reason: "nobody is left to report" }).catch(ignoreRefusal);
      }
    }
  }

  #mistakesOf(unit: Unit): string[] {
    const end = this.#ends.get(unit.name);
    const allowed = endsOf(unit, {
      endOf: (name) => this.#ends.get(name),
      wasStarted: (name) => this.#history.has("started", name),
    });
    return end !== undefined && allowed.includes(end)
      ? []
      : [`${this.#describe(unit)} is ${end}, and not ${allowed.join(" or ")}`];
  }

  #hanging(): string[] {
    return this.#scenario
      .filter(({ name }) => !this.#ends.has(name))
      .map((unit) => {
        const seen = (["attempted", "started", "completed", "failed"] as const).filter((type) =>
          this.#history.has(type, unit.name),
        );
        const dependencies = unit.dependencies.map(
          ({ unit: name }) => `${name} ${this.#ends.get(name) ?? "?"}`,
        );
        return `${this.#describe(unit)} hangs, ${seen.join(", ")}; its script ${this.#scripts.get(unit.name)?.hasEnded ? "has ended" : "lives"}; its dependencies: ${dependencies.join(", ")}`;
      });
  }

  #describe(unit: Unit): string {
    return `${JSON.stringify(unit)}\n${this.#scripts.get(unit.name)?.output}\n${unit.name}`;
  }
}

function ignoreRefusal(error: unknown): void {
  if (!(error instanceof ProtocolError) || error.problem === undefined) {
    throw error;
  }
}
