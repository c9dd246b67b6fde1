import type { UnitEvent } from "@sync/manager";
import type { UnitDocument } from "@sync/protocol";
import { type Asked, type Command, endOf, everyUnit, othersPrefix, ownerName } from "./commands.js";
import type { Model } from "./model.js";

/** Refused, and kept all the same, as an attempt to start. */
const attempts: readonly string[] = ["DEPENDENCIES_NOT_SATISFIED", "DEPENDENCY_FAILED"];

/** What a command may be refused with here; nothing that an agent says while it is well, and no bug of it. */
const refusals: readonly string[] = [
  ...attempts,
  "AGENT_STOPPING",
  "CANNOT_UPDATE_OTHER_UNIT",
  "CYCLE_DETECTED",
  "INVALID_TRANSITION",
  "OWNER_LOST",
  "SAME_STATUS_ALREADY_SET",
  "UNIT_NOT_FOUND",
];

/** What must have been the case before one that was held is refused with it. */
const causes: Readonly<Record<string, string>> = {
  DEPENDENCY_FAILED: "blocked",
  SAME_STATUS_ALREADY_SET: "started",
  INVALID_TRANSITION: "failed",
};

const reports: Readonly<Record<string, Command["verb"][]>> = {
  completed: ["complete"],
  failed: ["fail"],
  reset: ["reset", "reset all"],
};

/**
 * All that was asked of an agent and of those after it, and what was answered. It knows of every event whose it is:
 * a command's that was acknowledged, or that was never answered.
 */
export class Ledger {
  readonly mistakes: string[] = [];
  readonly figures = {
    acknowledged: 0,
    refused: 0,
    unansweredAndKept: 0,
    unansweredAndNot: 0,
    startedUnheard: 0,
  };
  /** What is not judged yet, in the order in which it was asked for. */
  readonly #open = new Set<Command>();
  readonly #byUnit = new Map<string, Set<Command>>();
  readonly #held = new Set<Command>();
  /** Owners that were ended by us. */
  readonly #ended = new Set<string>();
  /** The newest event of what each worker was told is done: what it does later has a later one. */
  readonly #newest = new Map<number, number>();
  /** Every start that was kept: of which unit, for whom, and when. */
  readonly #starts = new Set<string>();
  #count = 0;

  /** How many commands are still held. */
  get held(): number {
    return this.#held.size;
  }

  /** Sends a command, and writes down what comes of it. */
  async run(asked: Asked, send: (id: string) => Promise<UnitDocument | undefined>): Promise<Command> {
    this.#count += 1;
    const command: Command = { ...asked, id: `#${this.#count}`, end: undefined, kept: [], seen: new Set() };
    this.#open.add(command);
    this.#byUnit.set(asked.unit, (this.#byUnit.get(asked.unit) ?? new Set()).add(command));
    if (asked.isHeld) this.#held.add(command);
    command.end = await endOf(send(command.id));
    return command;
  }

  /** From now on what belongs to this owner may fail. */
  endOwner(name: string): void {
    this.#ended.add(name);
  }

  hasEnded(name: string): boolean {
    return this.#ended.has(name);
  }

  /** Looks at what those that are held can see now. */
  look(model: Model): void {
    for (const { unit, seen } of this.#held) seen.add(model.status(unit)).add(model.readiness(unit));
  }

  /** Finds whose an event is; the model is as it was before. */
  take(event: UnitEvent, sequence: number, model: Model): void {
    if (event.type === "started") {
      this.#starts.add(startOf(event.unit, ownerOf(event), new Date(event.at).toISOString()));
    }
    if (!this.#isExplained(event, sequence, model) && !event.unit.startsWith(othersPrefix)) {
      this.mistakes.push(`event ${sequence} is nobody's: ${JSON.stringify(event)}`);
    }
  }

  /** Judges the commands that have ended; the model has all that was kept. */
  close(model: Model): void {
    for (const command of this.#open) {
      const { end, unit } = command;
      if (end === undefined) continue;
      this.#open.delete(command);
      this.#byUnit.get(unit)?.delete(command);
      this.#held.delete(command);
      const objection = this.#objectionTo(command, model);
      if (objection !== undefined) this.mistakes.push(`${objection}: ${JSON.stringify(command)}`);
      if (end.what === "never answered") {
        this.figures[command.kept.length > 0 ? "unansweredAndKept" : "unansweredAndNot"] += 1;
      } else if (end.what !== "not sent") this.figures[end.what] += 1;
    }
  }

  #isExplained(event: UnitEvent, sequence: number, model: Model): boolean {
    const isLoss = event.type === "failed" && event.reason === "owner lost";
    const isRelease = event.type === "reset" && event.reason === undefined;
    if (isLoss || isRelease) {
      const owner = model.ownerOf(event.unit);
      return owner !== undefined && this.#ended.has(ownerName(owner));
    }
    const asked = [event.unit, everyUnit].flatMap((unit) => [...(this.#byUnit.get(unit) ?? [])]);
    const found = asked.filter((command) => explains(command, event));
    // What was acknowledged is there, whatever else may be; one that is held may share a start with another.
    const acknowledged = found.filter(({ end }) => end?.what === "acknowledged");
    const command = acknowledged.find(({ isHeld }) => !isHeld) ?? acknowledged[0] ?? found[0];
    if (event.type !== "registered" && event.type !== "attempted") command?.kept.push(sequence);
    return command !== undefined;
  }

  #objectionTo(command: Command, model: Model): string | undefined {
    const { unit, dependencies = [], end, kept, isHeld, owner } = command;
    const declared = dependencies.filter((dependency) => model.has(unit, dependency)).length;
    switch (end?.what) {
      case "acknowledged":
        if (this.#isLost(command, end.unit, declared)) return "it was acknowledged, and is not there once";
        return isHeld || this.#isInOrder(command) ? undefined : "it comes before what was done before it";
      case "never answered":
        return declared === 0 || declared === dependencies.length ? undefined : "half of it was kept";
      case "refused":
        if (isHeld && end.code === "SAME_STATUS_ALREADY_SET" && kept.length > 0) {
          if (owner !== undefined) return "its owner has started it, and does not know";
          this.figures.startedUnheard += 1;
        }
        if (end.code === "OWNER_LOST" && !this.#ended.has(owner ?? "")) return "its owner has not ended";
        return objectionToRefusal(command, end.code);
      case "not sent":
      case undefined:
        return kept.length === 0 ? undefined : "it was not sent, and it was kept";
    }
  }

  #isInOrder({ worker, kept }: Command): boolean {
    const before = this.#newest.get(worker) ?? 0;
    const [oldest = Number.POSITIVE_INFINITY, newest = before] = [kept[0], kept.at(-1)];
    this.#newest.set(worker, newest);
    return oldest > before;
  }

  #isLost(
    { id, verb, unit, owner, dependencies, kept, isHeld }: Command,
    answered: UnitDocument | undefined,
    declared: number,
  ): boolean {
    switch (verb) {
      case "want":
        return declared !== dependencies?.length;
      case "start":
        // Of two that its owner holds one starts it; when the other is made again, it is told of the same start.
        return isHeld ? !this.#starts.has(startOf(unit, owner, answered?.since ?? "")) : kept.length !== 1;
      case "complete":
      case "fail":
        return kept.length !== 1;
      case "reset":
        // What is pending already is reset without an event, and keeps the reason that it has.
        return kept.length !== (answered?.reason?.startsWith(`${id} `) ? 1 : 0);
      case "reset all":
        return false;
    }
  }
}

function startOf(unit: string, owner: string | undefined, at: string): string {
  return JSON.stringify([unit, owner, at]);
}

function objectionToRefusal({ isHeld, kept, seen }: Command, code: string): string | undefined {
  if (!refusals.includes(code)) return "it was refused without a reason";
  if (!isHeld) return kept.length === 0 ? undefined : "it was refused, and it was kept";
  const cause = causes[code];
  return cause === undefined || seen.has(cause) ? undefined : "it was refused with what was not so";
}

/** Says whether an event can be of a command. */
function explains(command: Command, event: UnitEvent): boolean {
  const { verb, dependencies, owner, end, isHeld, id, kept } = command;
  const isDone = end === undefined || end.what === "acknowledged" || end.what === "never answered";
  const isAttempt = end?.what === "refused" && attempts.includes(end.code);
  // One that is held may have been done first, and when it was made again it was refused.
  const may = isDone || (isHeld === true && end.what === "refused");
  switch (event.type) {
    case "registered":
      return (verb === "want" || verb === "start") && (may || isAttempt);
    case "wanted":
      return verb === "want" && may && dependencies?.includes(event.dependency) === true;
    case "attempted":
      return owner === ownerOf(event) && (verb === "want" ? may : verb === "start" && (may || isAttempt));
    case "started":
      if (verb !== "start" || !may || owner !== ownerOf(event)) return false;
      if (end?.what !== "acknowledged") return true;
      return (isHeld || kept.length === 0) && end.unit?.since === new Date(event.at).toISOString();
    case "completed":
    case "failed":
    case "reset":
      return (
        may && reports[event.type]?.includes(verb) === true && event.reason?.startsWith(`${id} `) === true
      );
  }
}

function ownerOf({ owner }: Extract<UnitEvent, { type: "attempted" | "started" }>): string | undefined {
  return owner === undefined ? undefined : ownerName(owner);
}
