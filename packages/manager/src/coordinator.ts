import type { Clock } from "./clock.js";
import {
  type Command,
  decide,
  enumerate,
  type Limits,
  type ResetAllCommand,
  type StartCommand,
  type UnitCommand,
  type UnitRequirement,
  whyNotStarted,
} from "./commands.js";
import { Conditions } from "./conditions.js";
import { ManagerError } from "./errors.js";
import type { UnitEvent } from "./events.js";
import { type Journal, JournalConflictError, type RecordedEvent } from "./journal.js";
import { type ReadonlyUnitManager, UnitManager } from "./manager.js";
import { type Requirement, requirementState } from "./status.js";
import type { Blocker, Caller, Dependency, UnitSnapshot } from "./unit.js";
import { type AbortSignalLike, type HeldCall, type Waiter, Waiters } from "./waiters.js";

export interface WaitOptions {
  /** Ends the wait: the promise rejects with the signal's reason, and nothing is changed after that. */
  readonly signal?: AbortSignalLike | undefined;
  /** Milliseconds; 0, or more than a timer can hold (24 days), waits without limit. @default 0 */
  readonly timeoutMs?: number | undefined;
  /** Waits on while it is impossible, in case that what has failed is started again. @default false */
  readonly keepWaiting?: boolean | undefined;
  /** Who waits, for others to see. */
  readonly caller?: Caller | undefined;
}

/** Somebody who is held until a unit has got somewhere. */
export interface UnitWaiter extends HeldCall {
  /** The dependent that is to start; `undefined` for who is no unit. */
  readonly unit: string | undefined;
  readonly requirement: Requirement;
}

/** Everything as it was after one event, for a reader who cannot go on from where they were. */
export interface Snapshot {
  readonly sequence: number;
  readonly units: readonly UnitSnapshot[];
}

export interface CoordinatorOptions {
  readonly journal: Journal;
  readonly clock: Clock;
  /** What a command may not exceed; events that the journal has already are never refused. @default none */
  readonly limits?: Limits | undefined;
}

/** A thousand waiters that are released at once must not keep a reader waiting. */
const commandsPerTurn = 64;

/** A command that has been asked for. */
interface Job {
  readonly command: Command;
  readonly signal: AbortSignalLike | undefined;
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
 * Runs commands one after another: decide, append to the journal, apply, and release who waited.
 *
 * The answer to a command is given when the journal has accepted it. What is asked for meanwhile is decided
 * together and appended at once, so that a slow journal costs many commands little more than one. Reads
 * never wait, and see only what the journal has.
 */
export class Coordinator {
  readonly #manager = new UnitManager();
  readonly #waiters = new Waiters();
  readonly #journal: Journal;
  readonly #clock: Clock;
  readonly #limits: Limits;
  /** What will be once the journal has accepted all that is decided. */
  #ahead = new UnitManager();
  #sequence = 0;
  #jobs: Job[] = [];
  #work: Promise<void> | undefined;
  #closed: { readonly reason: unknown } | undefined;

  private constructor({ journal, clock, limits = {} }: CoordinatorOptions) {
    this.#journal = journal;
    this.#clock = clock;
    this.#limits = limits;
  }

  /** Starts with the state that the journal's events give. Cost: the events. */
  static async open(options: CoordinatorOptions): Promise<Coordinator> {
    const coordinator = new Coordinator(options);
    const { sequence, events } = options.journal.base;
    coordinator.#sequence = sequence;
    coordinator.#apply(events);
    await coordinator.#catchUp();
    return coordinator;
  }

  /** The units as they are now. */
  get units(): ReadonlyUnitManager {
    return this.#manager;
  }

  /** The number of the newest event that is part of {@link units}. */
  get sequence(): number {
    return this.#sequence;
  }

  /** How many calls wait. */
  get waiting(): number {
    return this.#waiters.size;
  }

  /** The call that will start a unit as soon as it can; the oldest, when there are several. */
  starting(unit: string): HeldCall | undefined {
    return this.#starters(unit)[0]?.call;
  }

  /**
   * Who is held until a unit has got somewhere, the oldest first.
   *
   * @remarks Cost: the dependents of the unit, and who waits for them and for it.
   */
  waitersOf(unit: string): UnitWaiter[] {
    const found: UnitWaiter[] = [];
    for (const { call, starts, needs } of this.#waiters.on(unit)) {
      const requirement = needs(unit);
      if (requirement !== undefined) found.push({ ...call, unit: starts, requirement });
    }
    const { status } = this.#manager.unit(unit);
    for (const { from, edge: requirement } of this.#manager.graph.edgesTo(unit)) {
      if (requirementState(requirement, status) === "met") continue;
      for (const { call } of this.#starters(from)) found.push({ ...call, unit: from, requirement });
    }
    return found.sort((a, b) => a.since - b.since);
  }

  /**
   * Does what a command asks, and returns its unit as it is then.
   *
   * @throws {ManagerError} whatever `decide` refuses it with; nothing has changed then. A start that must
   * wait is refused as well, and remembered: its unit has not run, so it cannot be completed.
   */
  execute(command: UnitCommand): Promise<UnitSnapshot> {
    return this.#execute(command, undefined);
  }

  /**
   * Says that an owner is no more. Each unit it had started, or would have, fails; one that is skipped is
   * only set free.
   *
   * @param owner its `id`.
   */
  async lose(owner: string, reason: string): Promise<void> {
    await this.#enqueue({ type: "lose", owner, reason }, undefined);
  }

  /**
   * Makes every unit pending again, for a new run of everything. Who waits goes on waiting.
   *
   * @throws {ManagerError} `CANNOT_UPDATE_OTHER_UNIT` when one belongs to another owner; none is reset then.
   */
  async resetAll(command: Omit<ResetAllCommand, "type">): Promise<void> {
    await this.#enqueue({ type: "reset all", ...command }, undefined);
  }

  /**
   * Marks a unit started as soon as it is ready, and returns it as it is then. A dependency that is
   * declared meanwhile is waited for as well.
   *
   * @throws {ManagerError} as {@link execute}; `DEPENDENCY_FAILED` as soon as the wait cannot succeed;
   * `INVALID_TRANSITION` when the unit is reported failed meanwhile; `WAIT_TIMEOUT`, with what is not met.
   */
  async start(command: StartCommand, options: WaitOptions = {}): Promise<UnitSnapshot> {
    const { unit } = command;
    const { signal, keepWaiting = false } = options;
    const deadline = this.#deadline(options);
    const call = this.#call(options);
    for (;;) {
      try {
        return await this.#execute(command, signal);
      } catch (error) {
        if (!(error instanceof ManagerError) || !isToWait(error, keepWaiting)) throw error;
      }
      const couldRun = this.#manager.unit(unit).status !== "failed";
      const isReportedFailed = () => couldRun && this.#manager.unit(unit).status === "failed";
      const isOver = () => {
        const { readiness } = this.#manager.unit(unit);
        return readiness === "ready" || (readiness === "blocked" && !keepWaiting) || isReportedFailed();
      };
      await this.#until(
        { call, starts: unit, units: [unit], check: isOver, needs: () => undefined },
        {
          signal,
          timeoutMs: deadline(),
          blockers: () => this.#manager.unmetDependencies(unit),
          waitsFor: `dependencies of unit '${unit}'`,
          unit,
        },
      );
      if (isReportedFailed()) throw this.#reportedFailed(unit);
    }
  }

  /**
   * Waits until units have reached something: all of them at the same time, or any of them.
   *
   * @throws {ManagerError} `DEPENDENCY_FAILED` as soon as the wait cannot succeed; `WAIT_TIMEOUT`, with
   * what is not met; `UNIT_ID_REQUIRED`, `UNIT_ID_INVALID`.
   */
  async wait(
    wanted: readonly UnitRequirement[],
    options: WaitOptions & { readonly mode?: "all" | "any" | undefined } = {},
  ): Promise<Dependency[]> {
    const conditions = new Conditions(this.#manager, wanted, options.mode ?? "all");
    const { units } = conditions;
    const check = (unit?: string) => {
      if (unit !== undefined) conditions.refresh(unit);
      return conditions.state === "met" || (conditions.state === "impossible" && !options.keepWaiting);
    };
    await this.#until(
      { call: this.#call(options), starts: undefined, units, check, needs: (unit) => conditions.needs(unit) },
      {
        ...options,
        blockers: () => conditions.blockers(),
        waitsFor: enumerate(units.map((unit) => `'${unit}'`)),
      },
    );
    if (conditions.state === "impossible") throw conditions.failure();
    return conditions.dependencies();
  }

  /**
   * Yields every event after `after` as it becomes true. Where that is not possible (no `after` was
   * given, or it is of another journal, or too long ago), a snapshot comes first.
   */
  async *events(
    signal: AbortSignalLike,
    after?: number,
  ): AsyncGenerator<RecordedEvent | Snapshot, void, undefined> {
    let position = after !== undefined && after <= this.#sequence ? after : undefined;
    while (!signal.aborted) {
      if (position === undefined) {
        position = this.#sequence;
        yield this.#snapshot();
      }
      for await (const recorded of this.#journal.read(position, signal)) {
        yield recorded;
        position = recorded.sequence;
      }
      position = undefined;
    }
  }

  /** Ends every wait, and every later command, with `reason`. Commands that run are finished first. */
  async close(reason: unknown): Promise<void> {
    this.#closed = { reason };
    this.#waiters.rejectAll(reason);
    await this.#work;
  }

  async #execute(command: UnitCommand, signal: AbortSignalLike | undefined): Promise<UnitSnapshot> {
    return (await this.#enqueue(command, signal)) ?? this.#manager.snapshot(command.unit);
  }

  /** Resolves with the unit as the command has left it. */
  #enqueue(command: Command, signal: AbortSignalLike | undefined): Promise<UnitSnapshot | undefined> {
    return new Promise((resolve, reject) => {
      this.#jobs.push({ command, signal, resolve, reject });
      this.#work ??= this.#workOff();
    });
  }

  async #workOff(): Promise<void> {
    // Who asks in the same moment is served in the same turn.
    await Promise.resolve();
    for (let commands = 0; this.#jobs.length > 0; ) {
      const jobs = this.#jobs.splice(0, commandsPerTurn);
      await this.#commit(jobs);
      commands += jobs.length;
      if (commands < commandsPerTurn) continue;
      commands = 0;
      await this.#giveWay();
    }
    this.#work = undefined;
  }

  /** Lets everything else run. */
  #giveWay(): Promise<void> {
    return new Promise((resolve) => {
      this.#clock.after(0, resolve);
    });
  }

  async #commit(jobs: readonly Job[]): Promise<void> {
    for (;;) {
      const decisions = jobs.map((job) => this.#decide(job));
      const events = decisions.flatMap((decision) => decision.events);
      try {
        if (events.length > 0) this.#sequence = await this.#journal.append(events, this.#sequence);
      } catch (error) {
        this.#ahead = copyOf(this.#manager);
        if (error instanceof JournalConflictError) {
          await this.#catchUp();
          continue;
        }
        for (const { job } of decisions) job.reject(error);
        return;
      }
      for (const decision of decisions) {
        this.#makeTrue(decision.events);
        decision.tell();
      }
      if (this.#journal.isLong) await this.#journal.shorten?.(this.#manager.history());
      return;
    }
  }

  #decide(job: Job): Decision {
    const { command, signal, resolve, reject } = job;
    const refuse = (reason: unknown) => ({ job, events: [], tell: () => reject(reason) });
    if (this.#closed !== undefined) return refuse(this.#closed.reason);
    if (signal?.aborted) return refuse(signal.reason);
    try {
      const events = decide(this.#ahead, command, this.#clock.now(), this.#limits);
      for (const event of events) this.#ahead.apply(event);
      if (command.type === "lose" || command.type === "reset all")
        return { job, events, tell: () => resolve(undefined) };
      const refusal = command.type === "start" ? whyNotStarted(this.#ahead, command.unit) : undefined;
      if (refusal !== undefined) return { job, events, tell: () => reject(refusal) };
      const unit = this.#ahead.snapshot(command.unit);
      return { job, events, tell: () => resolve(unit) };
    } catch (error) {
      return refuse(error);
    }
  }

  async #catchUp(): Promise<void> {
    if (this.#journal.sequence === this.#sequence) return;
    for await (const { sequence, event } of this.#journal.read(this.#sequence)) {
      this.#sequence = sequence;
      this.#apply([event]);
      if (sequence === this.#journal.sequence) return;
    }
    throw new Error(`cannot replay the journal: it no longer has what follows event ${this.#sequence}`);
  }

  #apply(events: readonly UnitEvent[]): void {
    for (const event of events) this.#ahead.apply(event);
    this.#makeTrue(events);
  }

  /** What has been decided, and is ahead already. */
  #makeTrue(events: readonly UnitEvent[]): void {
    const changed = new Set<string>();
    for (const event of events) {
      for (const unit of this.#manager.apply(event)) changed.add(unit);
    }
    this.#waiters.wake(changed);
  }

  #snapshot(): Snapshot {
    return {
      sequence: this.#sequence,
      units: this.#manager.units().map(({ name }) => this.#manager.snapshot(name)),
    };
  }

  #starters(unit: string): Waiter[] {
    return [...this.#waiters.on(unit)].filter(({ starts }) => starts === unit);
  }

  #call({ caller = {} }: WaitOptions): HeldCall {
    return { ...caller, since: this.#clock.now() };
  }

  #reportedFailed(unit: string): ManagerError {
    const { reason } = this.#manager.unit(unit);
    const why = reason === undefined ? "" : `: ${reason}`;
    return new ManagerError(
      "INVALID_TRANSITION",
      `cannot start unit "${unit}": it was reported failed while it waited${why}`,
      { unit },
    );
  }

  /** Waits until the check says that it is over, asking again at each change of the units. */
  #until(
    waiting: Omit<Waiter, "check" | "resolve" | "reject"> & { readonly check: (changed?: string) => boolean },
    wait: WaitOptions & {
      readonly blockers: () => Blocker[];
      readonly waitsFor: string;
      readonly unit?: string;
    },
  ): Promise<void> {
    const { signal, timeoutMs = 0 } = wait;
    return new Promise((resolve, reject) => {
      if (this.#closed !== undefined) return reject(this.#closed.reason);
      if (signal?.aborted) return reject(signal.reason);
      if (waiting.check()) return resolve();
      const cleanUp = () => {
        cancelTimer?.();
        signal?.removeEventListener("abort", abort);
      };
      const waiter = {
        ...waiting,
        resolve: () => {
          cleanUp();
          resolve();
        },
        reject: (reason: unknown) => {
          cleanUp();
          reject(reason);
        },
      };
      const give = (reason: () => unknown) => {
        if (this.#waiters.remove(waiter)) waiter.reject(reason());
      };
      const abort = () => give(() => signal?.reason);
      const timeOut = () =>
        give(
          () =>
            new ManagerError("WAIT_TIMEOUT", `timeout waiting for ${wait.waitsFor}`, {
              ...(wait.unit !== undefined && { unit: wait.unit }),
              blockers: wait.blockers(),
            }),
        );
      const cancelTimer = isLimit(timeoutMs) ? this.#clock.after(timeoutMs, timeOut) : undefined;
      signal?.addEventListener("abort", abort);
      this.#waiters.add(waiter);
    });
  }

  /** How much is left of the timeout, never less than the 1 ms that keeps it from meaning "no limit". */
  #deadline({ timeoutMs = 0 }: WaitOptions): () => number {
    if (!isLimit(timeoutMs)) return () => 0;
    const end = this.#clock.monotonic() + timeoutMs;
    return () => Math.max(1, end - this.#clock.monotonic());
  }
}

function copyOf(manager: ReadonlyUnitManager): UnitManager {
  const copy = new UnitManager();
  for (const event of manager.history()) copy.apply(event);
  return copy;
}

/** Says whether a refused start may be tried again later. */
function isToWait({ code }: ManagerError, keepWaiting: boolean): boolean {
  return code === "DEPENDENCIES_NOT_SATISFIED" || (code === "DEPENDENCY_FAILED" && keepWaiting);
}

function isLimit(timeoutMs: number): boolean {
  return timeoutMs > 0 && timeoutMs <= 2_147_483_647;
}
