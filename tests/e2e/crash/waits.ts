import type { UnitRequirement } from "@sync/protocol";
import { type End, endOf } from "./commands.js";
import type { Model } from "./model.js";

interface Waited {
  readonly units: readonly UnitRequirement[];
  readonly mode: "all" | "any";
  readonly timeoutMs: number;
}

interface Wait extends Waited {
  /** Whether it could see that it was met, or impossible, since it was sent. */
  readonly seen: { met: boolean; impossible: boolean };
  end: End | undefined;
}

/** Who waits without being a unit, and whether what they were told was so. */
export class Waits {
  readonly mistakes: string[] = [];
  /** How many have ended. */
  ended = 0;
  readonly #open = new Set<Wait>();

  /** How many are still held. */
  get held(): number {
    return [...this.#open].filter(({ end }) => end === undefined).length;
  }

  /** What those that are held wait for. */
  get units(): string[] {
    return [...this.#open].flatMap(({ units, end }) =>
      end === undefined ? units.map(({ unit }) => unit) : [],
    );
  }

  async run(waited: Waited, send: () => Promise<unknown>): Promise<void> {
    const wait: Wait = { ...waited, seen: { met: false, impossible: false }, end: undefined };
    this.#open.add(wait);
    wait.end = await endOf(send().then(() => undefined));
  }

  /** Looks at what they can see now. */
  look(model: Model): void {
    for (const { units, mode, seen } of this.#open) {
      const states = units.map(({ unit, requirement = "completed" }) => model.state(unit, requirement));
      const isAll = mode === "all";
      seen.met ||= isAll ? states.every((state) => state === "met") : states.includes("met");
      seen.impossible ||= isAll
        ? states.includes("impossible")
        : states.every((state) => state === "impossible");
    }
  }

  /** Judges those that have ended. */
  close(): void {
    for (const wait of this.#open) {
      if (wait.end === undefined) continue;
      this.#open.delete(wait);
      if (wait.end.what !== "not sent") this.ended += 1;
      if (!isTrue(wait)) this.mistakes.push(`a wait was told what was not so: ${JSON.stringify(wait)}`);
    }
  }
}

function isTrue({ end, seen, timeoutMs }: Wait): boolean {
  switch (end?.what) {
    case "acknowledged":
      return seen.met;
    case "refused":
      // When its time is over while no agent is there, it is told so.
      return end.code === "DEPENDENCY_FAILED"
        ? seen.impossible
        : timeoutMs > 0 && ["WAIT_TIMEOUT", "AGENT_STOPPING"].includes(end.code);
    case "never answered":
      return timeoutMs > 0;
    case "not sent":
    case undefined:
      return true;
  }
}
