import { EventEmitter, once } from "node:events";
import type { Client } from "@sync/protocol/client";
import type { Requirement } from "./scenario.js";

type Fact = ReturnType<Client["events"]> extends AsyncIterable<infer Event> ? Event : never;
type Status = "pending" | "started" | "completed" | "failed";

const reached: Readonly<Record<Exclude<Requirement, "finished">, readonly Status[]>> = {
  started: ["started", "completed"],
  completed: ["completed"],
};

/**
 * All that the agent says has happened, and what it may not have said.
 *
 * It believes nothing but the facts, in their order: a unit that was started while one of its dependencies had
 * not reached what is required of it has been released by mistake.
 */
export class History {
  readonly mistakes: string[] = [];
  readonly #status = new Map<string, Status>();
  readonly #edges = new Map<string, Map<string, Requirement>>();
  readonly #happened = new Set<string>();
  readonly #changes = new EventEmitter().setMaxListeners(0);

  /** Reads until the signal aborts. */
  async follow(client: Client, signal: AbortSignal): Promise<void> {
    try {
      for await (const fact of client.events({ signal })) {
        this.#take(fact);
        this.#changes.emit("change");
      }
    } catch (error) {
      if (!signal.aborted) {
        throw error;
      }
    }
  }

  has(type: Fact["type"], unit: string): boolean {
    return this.#happened.has(`${type} ${unit}`);
  }

  /** Resolves when it has happened. */
  async happens(type: Fact["type"], unit: string): Promise<void> {
    while (!this.has(type, unit)) {
      await once(this.#changes, "change");
    }
  }

  #take(fact: Fact): void {
    if (fact.type === "snapshot") {
      return;
    }
    const { unit_name } = fact;
    this.#happened.add(`${fact.type} ${unit_name}`);
    switch (fact.type) {
      case "registered":
      case "reset":
        this.#status.set(unit_name, "pending");
        break;
      case "wanted": {
        const edges = this.#edges.get(unit_name) ?? new Map<string, Requirement>();
        this.#edges.set(unit_name, edges.set(fact.depends_on, fact.required_status));
        break;
      }
      case "attempted":
        break;
      case "started":
        this.#checkRelease(unit_name);
        this.#status.set(unit_name, fact.type);
        break;
      case "completed":
        if (this.#status.get(unit_name) !== "started") {
          this.mistakes.push(`${unit_name} has completed without having run`);
        }
        this.#status.set(unit_name, fact.type);
        break;
      case "failed":
        this.#status.set(unit_name, fact.type);
        break;
      default:
        fact satisfies never;
    }
  }

  #checkRelease(unit: string): void {
    for (const [dependency, requirement] of this.#edges.get(unit) ?? []) {
      if (!this.#isMet(dependency, requirement)) {
        const status = this.#status.get(dependency) ?? "not registered";
        this.mistakes.push(`${unit} was released while ${dependency} (${requirement}) was ${status}`);
      }
    }
  }

  #isMet(dependency: string, requirement: Requirement): boolean {
    if (requirement === "finished") {
      return this.#isOver(dependency);
    }
    const status = this.#status.get(dependency);
    return status !== undefined && reached[requirement].includes(status);
  }

  /** Completed, failed, or unable to become anything else. */
  #isOver(unit: string): boolean {
    const status = this.#status.get(unit);
    return status === "completed" || status === "failed" || (status === "pending" && this.#isSkipped(unit));
  }

  #isSkipped(unit: string): boolean {
    return [...(this.#edges.get(unit) ?? [])].some(
      ([dependency, requirement]) =>
        requirement !== "finished" &&
        (this.#status.get(dependency) === "failed" ||
          (this.#status.get(dependency) === "pending" && this.#isSkipped(dependency))),
    );
  }
}
