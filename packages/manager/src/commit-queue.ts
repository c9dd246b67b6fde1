import type { Clock } from "./clock.js";
import { type Command, decide, whyNotStarted } from "./commands.js";
import type { UnitEvent } from "./events.js";
import { type Journal, JournalConflictError } from "./journal.js";
import type { Limits } from "./limits.js";
import { type ReadonlyUnitManager, UnitManager } from "./manager.js";
import type { UnitSnapshot } from "./unit.js";
import type { AbortSignalLike } from "./waiters.js";

interface CommitQueueOptions {
  readonly journal: Journal;
  readonly clock: Clock;
  readonly limits: Limits;
  /** Is told which units another state has been made true of. */
  readonly onChange: (units: ReadonlySet<string>) => void;
  /**
   * Is told which units another state has been decided of. What it runs with `isReleased` is decided after what has
   * been asked for before, and appended in the same step unless that is full.
   */
  readonly onDecided: (units: ReadonlySet<string>, ahead: ReadonlyUnitManager) => void;
}

export interface RunOptions {
  /** Ends the command, if nothing has been decided of it yet. */
  readonly signal?: AbortSignalLike | undefined;
  /** It starts a unit that has waited for what is decided just now; if that is not kept, it is refused as before. */
  readonly isReleased?: boolean;
}

/** How many commands are decided in a row, and appended at once. */
const mostAtOnce = 1_024;

/** How many are answered in a row: a thousand waiters that are released at once must not keep a reader waiting. */
const answersPerTurn = 64;

/** A command that has been asked for. */
interface Job extends RunOptions {
  readonly command: Command;
  readonly resolve: (unit: UnitSnapshot | undefined) => void;
  readonly reject: (reason: unknown) => void;
}

/** What has been decided of it; nobody is told before the journal has accepted. */
interface Decision {
  readonly job: Job;
  readonly events: readonly UnitEvent[];
  readonly tell: () => void;
}

/**
 * Runs commands one after another: decide, append to the journal, apply.
 *
 * The answer to a command is given when the journal has accepted it. What is asked for meanwhile is decided
 * together and appended at once, so that a slow journal costs many commands little more than one. Reads
 * never wait, and see only what the journal has.
 */
export class CommitQueue {
  readonly #manager = new UnitManager();
  readonly #journal: Journal;
  readonly #clock: Clock;
  readonly #limits: Limits;
  readonly #onChange: CommitQueueOptions["onChange"];
  readonly #onDecided: CommitQueueOptions["onDecided"];
  /** What will be once the journal has accepted all that is decided; made when there is something to decide. */
  #ahead: UnitManager | undefined;
  #sequence = 0;
  #jobs: Job[] = [];
  #work: Promise<void> | undefined;
  /** How many answers have been given since everything else had a turn. */
  #answers = 0;
  #closed: { readonly reason: unknown } | undefined;

  constructor({ journal, clock, limits, onChange, onDecided }: CommitQueueOptions) {
    this.#journal = journal;
    this.#clock = clock;
    this.#limits = limits;
    this.#onChange = onChange;
    this.#onDecided = onDecided;
  }

  /** Starts with the state that the journal's events give. Cost: the events. */
  async open(): Promise<void> {
    const { sequence, events } = this.#journal.base;
    this.#sequence = sequence;
    for (const event of events) this.#manager.apply(event);
    await this.#catchUp();
  }

  /** The units as they are now. */
  get units(): ReadonlyUnitManager {
    return this.#manager;
  }

  /** The number of the newest event that is part of {@link units}. */
  get sequence(): number {
    return this.#sequence;
  }

  /** Resolves with the unit as the command has left it, if it is about one. */
  run(command: Command, options: RunOptions = {}): Promise<UnitSnapshot | undefined> {
    return new Promise((resolve, reject) => {
      this.#jobs.push({ command, ...options, resolve, reject });
      this.#work ??= this.#workOff();
    });
  }

  /** Ends every later command with `reason`. Commands that run are finished first. */
  async close(reason: unknown): Promise<void> {
    this.#closed = { reason };
    await this.#work;
  }

  async #workOff(): Promise<void> {
    // Who asks in the same moment is served in the same turn.
    await Promise.resolve();
    while (this.#jobs.length > 0) await this.#commit();
    this.#work = undefined;
  }

  /** Lets everything else run. */
  #giveWay(): Promise<void> {
    this.#answers = 0;
    return new Promise((resolve) => {
      this.#clock.after(0, resolve);
    });
  }

  async #commit(): Promise<void> {
    const decisions = this.#decideNext();
    const events: UnitEvent[] = [];
    for (const decision of decisions) {
      for (const event of decision.events) events.push(event);
    }
    try {
      if (events.length > 0) {
        const state = () => this.#manager.history();
        this.#sequence = await this.#journal.append(events, this.#sequence, state);
      }
    } catch (error) {
      this.#ahead = undefined;
      if (error instanceof JournalConflictError) {
        this.#jobs = [...decisions.map(({ job }) => job), ...this.#jobs];
        return this.#catchUp();
      }
      for (const { job } of decisions) this.#fail(job, error);
      return;
    }
    for (const decision of decisions) this.#makeTrue(decision.events);
    return this.#answer(decisions);
  }

  #decideNext(): Decision[] {
    const decisions: Decision[] = [];
    // There can be more of them by what is decided.
    for (const job of this.#jobs) {
      decisions.push(this.#decide(job));
      if (decisions.length === mostAtOnce) break;
    }
    this.#jobs.splice(0, decisions.length);
    return decisions;
  }

  /** What would have released the unit may not have happened either: then it waits as before. */
  #fail({ command, isReleased = false, reject }: Job, error: unknown): void {
    const isHeld = isReleased && command.type === "start";
    reject((isHeld && whyNotStarted(this.#manager, command.unit)) || error);
  }

  async #answer(decisions: readonly Decision[]): Promise<void> {
    for (const { tell } of decisions) {
      if (this.#answers === answersPerTurn) await this.#giveWay();
      this.#answers += 1;
      tell();
    }
  }

  #decide(job: Job): Decision {
    const { command, signal, resolve, reject } = job;
    const refuse = (reason: unknown) => ({ job, events: [], tell: () => reject(reason) });
    if (this.#closed !== undefined) return refuse(this.#closed.reason);
    if (signal?.aborted) return refuse(signal.reason);
    this.#ahead ??= copyOf(this.#manager);
    const ahead = this.#ahead;
    try {
      const events = decide(ahead, command, this.#clock.now(), this.#limits);
      for (const event of events) this.#onDecided(ahead.apply(event), ahead);
      if (command.type === "lose" || command.type === "reset all")
        return { job, events, tell: () => resolve(undefined) };
      const refusal = command.type === "start" ? whyNotStarted(ahead, command.unit) : undefined;
      if (refusal !== undefined) return { job, events, tell: () => reject(refusal) };
      const unit = ahead.snapshot(command.unit);
      return { job, events, tell: () => resolve(unit) };
    } catch (error) {
      return refuse(error);
    }
  }

  async #catchUp(): Promise<void> {
    if (this.#journal.sequence === this.#sequence) return;
    for await (const { sequence, event } of this.#journal.read(this.#sequence)) {
      this.#sequence = sequence;
      this.#makeTrue([event]);
      if (sequence === this.#journal.sequence) return;
    }
    throw new Error(`cannot replay the journal: it no longer has what follows event ${this.#sequence}`);
  }

  #makeTrue(events: readonly UnitEvent[]): void {
    const changed = new Set<string>();
    for (const event of events) {
      for (const unit of this.#manager.apply(event)) changed.add(unit);
    }
    this.#onChange(changed);
  }
}

function copyOf(manager: ReadonlyUnitManager): UnitManager {
  const copy = new UnitManager();
  for (const event of manager.history()) copy.apply(event);
  return copy;
}
