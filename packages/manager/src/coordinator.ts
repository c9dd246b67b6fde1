import type { Clock } from "./clock.js";
import {
  enumerate,
  type ResetAllCommand,
  type StartCommand,
  type UnitCommand,
  type UnitRequirement,
} from "./commands.js";
import { CommitQueue, type RunOptions } from "./commit-queue.js";
import { Conditions } from "./conditions.js";
import { ManagerError } from "./errors.js";
import type { Journal, RecordedEvent } from "./journal.js";
import type { Limits } from "./limits.js";
import type { ReadonlyUnitManager } from "./manager.js";
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

/** Runs commands one after another, and holds who must wait until what has been done releases them. */
export class Coordinator {
  readonly #waiters = new Waiters();
  readonly #queue: CommitQueue;
  readonly #journal: Journal;
  readonly #clock: Clock;
  readonly #mostWaiters: number;
  /** Calls that wait, or are about to. */
  #held = 0;
  #reading = 0;
  #closed: { readonly reason: unknown } | undefined;

  private constructor({ journal, clock, limits = {} }: CoordinatorOptions) {
    const onChange = (units: ReadonlySet<string>) => this.#waiters.wake(units);
    const onDecided = (units: ReadonlySet<string>, ahead: ReadonlyUnitManager) =>
      this.#waiters.release(units, (unit) => ahead.isReady(unit) && ahead.unit(unit).status === "pending");
    this.#queue = new CommitQueue({ journal, clock, limits, onChange, onDecided });
    this.#journal = journal;
    this.#clock = clock;
    this.#mostWaiters = limits.waiters ?? Number.POSITIVE_INFINITY;
  }

  /** Starts with the state that the journal's events give. Cost: the events. */
  static async open(options: CoordinatorOptions): Promise<Coordinator> {
    const coordinator = new Coordinator(options);
    await coordinator.#queue.open();
    return coordinator;
  }

  /** The units as they are now. */
  get units(): ReadonlyUnitManager {
    return this.#queue.units;
  }

  /** The number of the newest event that is part of {@link units}. */
  get sequence(): number {
    return this.#queue.sequence;
  }

  /** How many calls wait. */
  get waiting(): number {
    return this.#waiters.size;
  }

  /** How many read {@link events}. */
  get reading(): number {
    return this.#reading;
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
    const { status } = this.units.unit(unit);
    for (const { from, edge: requirement } of this.units.graph.edgesTo(unit)) {
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
    return this.#execute(command, {});
  }

  /**
   * Says that an owner is no more. Each unit it had started, or would have, fails; one that is skipped is
   * only set free.
   *
   * @param owner its `id`.
   */
  async lose(owner: string, reason: string): Promise<void> {
    await this.#queue.run({ type: "lose", owner, reason });
  }

  /**
   * Makes every unit pending again, for a new run of everything. Who waits goes on waiting.
   *
   * @throws {ManagerError} `CANNOT_UPDATE_OTHER_UNIT` when one belongs to another owner; none is reset then.
   */
  async resetAll(command: Omit<ResetAllCommand, "type">): Promise<void> {
    await this.#queue.run({ type: "reset all", ...command });
  }

  /**
   * Marks a unit started as soon as it is ready, and returns it as it is then. A dependency that is
   * declared meanwhile is waited for as well.
   *
   * @throws {ManagerError} as {@link execute}; `DEPENDENCY_FAILED` as soon as the wait cannot succeed;
   * `INVALID_TRANSITION` when the unit is reported failed meanwhile; `WAIT_TIMEOUT`, with what is not met;
   * `BUSY` when as many wait as may.
   */
  async start(command: StartCommand, options: WaitOptions = {}): Promise<UnitSnapshot> {
    return this.#hold(this.units.isReady(command.unit), () => this.#startWhenReady(command, options));
  }

  async #startWhenReady(command: StartCommand, options: WaitOptions): Promise<UnitSnapshot> {
    const { unit } = command;
    const { signal, keepWaiting = false } = options;
    const deadline = this.#deadline(options);
    const call = this.#call(options);
    for (;;) {
      try {
        return await this.#execute(command, { signal });
      } catch (error) {
        if (!isToWait(error, keepWaiting)) throw error;
      }
      const couldRun = this.units.unit(unit).status !== "failed";
      const isReportedFailed = () => couldRun && this.units.unit(unit).status === "failed";
      const isOver = () => {
        const { readiness } = this.units.unit(unit);
        return readiness === "ready" || (readiness === "blocked" && !keepWaiting) || isReportedFailed();
      };
      const waiting = { call, starts: unit, units: [unit], check: isOver, needs: () => undefined };
      try {
        const started = await this.#until(waiting, {
          signal,
          timeoutMs: deadline(),
          blockers: () => this.units.unmetDependencies(unit),
          waitsFor: `dependencies of unit '${unit}'`,
          command,
        });
        if (started !== undefined) return started;
      } catch (error) {
        if (!isToWait(error, keepWaiting)) throw error;
      }
      if (isReportedFailed()) throw this.#reportedFailed(unit);
    }
  }

  /**
   * Waits until units have reached something: all of them at the same time, or any of them.
   *
   * @throws {ManagerError} `DEPENDENCY_FAILED` as soon as the wait cannot succeed; `WAIT_TIMEOUT`, with
   * what is not met; `UNIT_ID_REQUIRED`, `UNIT_ID_INVALID`; `BUSY` when as many wait as may.
   */
  async wait(
    wanted: readonly UnitRequirement[],
    options: WaitOptions & { readonly mode?: "all" | "any" | undefined } = {},
  ): Promise<Dependency[]> {
    const conditions = new Conditions(this.units, wanted, options.mode ?? "all");
    const { units } = conditions;
    const check = (unit?: string) => {
      if (unit !== undefined) conditions.refresh(unit);
      return conditions.state === "met" || (conditions.state === "impossible" && !options.keepWaiting);
    };
    const waiting = {
      call: this.#call(options),
      starts: undefined,
      units,
      check,
      needs: (unit: string) => conditions.needs(unit),
    };
    await this.#hold(check(), () =>
      this.#until(waiting, {
        ...options,
        blockers: () => conditions.blockers(),
        waitsFor: enumerate(units.map((unit) => `'${unit}'`)),
      }),
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
    let position = after !== undefined && after <= this.sequence ? after : undefined;
    this.#reading += 1;
    try {
      while (!signal.aborted) {
        if (position === undefined) {
          position = this.sequence;
          yield this.#snapshot();
        }
        for await (const recorded of this.#journal.read(position, signal)) {
          yield recorded;
          position = recorded.sequence;
        }
        position = undefined;
      }
    } finally {
      this.#reading -= 1;
    }
  }

  /** Ends every wait, and every later command, with `reason`. Commands that run are finished first. */
  async close(reason: unknown): Promise<void> {
    this.#closed = { reason };
    this.#waiters.rejectAll(reason);
    await this.#queue.close(reason);
  }

  async #execute(command: UnitCommand, options: RunOptions): Promise<UnitSnapshot> {
    return (await this.#queue.run(command, options)) ?? this.units.snapshot(command.unit);
  }

  #snapshot(): Snapshot {
    return {
      sequence: this.sequence,
      units: this.units.units().map(({ name }) => this.units.snapshot(name)),
    };
  }

  #starters(unit: string): Waiter[] {
    return [...this.#waiters.on(unit)].filter(({ starts }) => starts === unit);
  }

  #call({ caller = {} }: WaitOptions): HeldCall {
    return { ...caller, since: this.#clock.now() };
  }

  #reportedFailed(unit: string): ManagerError {
    const { reason } = this.units.unit(unit);
    const why = reason === undefined ? "" : `: ${reason}`;
    return new ManagerError(
      "INVALID_TRANSITION",
      `cannot start unit "${unit}": it was reported failed while it waited${why}`,
      { unit },
    );
  }

  /** Refuses a call that must wait, before anything has come of it, when there are as many as there may be. */
  async #hold<Result>(isOver: boolean, run: () => Promise<Result>): Promise<Result> {
    if (isOver) return run();
    if (this.#held >= this.#mostWaiters) {
      throw new ManagerError(
        "BUSY",
        `cannot wait: ${this.#mostWaiters} calls wait already, and that is the most`,
      );
    }
    this.#held += 1;
    try {
      return await run();
    } finally {
      this.#held -= 1;
    }
  }

  /**
   * Waits until the check says that it is over, asking again at each change of the units. Resolves with the
   * unit if it was started by the command in the moment in which it could be.
   */
  #until(
    waiting: Omit<Waiter, "check" | "resolve" | "start" | "reject"> & {
      readonly check: (changed?: string) => boolean;
    },
    wait: WaitOptions & {
      readonly blockers: () => Blocker[];
      readonly waitsFor: string;
      readonly command?: StartCommand;
    },
  ): Promise<UnitSnapshot | undefined> {
    const { signal, timeoutMs = 0, command } = wait;
    return new Promise((resolve, reject) => {
      if (this.#closed !== undefined) return reject(this.#closed.reason);
      if (signal?.aborted) return reject(signal.reason);
      if (waiting.check()) return resolve(undefined);
      const cleanUp = () => {
        cancelTimer?.();
        signal?.removeEventListener("abort", abort);
      };
      const waiter = {
        ...waiting,
        resolve: () => {
          cleanUp();
          resolve(undefined);
        },
        start: () => {
          cleanUp();
          if (command !== undefined) resolve(this.#execute(command, { signal, isReleased: true }));
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
              ...(command !== undefined && { unit: command.unit }),
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

/** Says whether a refused start may be tried again later. */
function isToWait(error: unknown, keepWaiting: boolean): boolean {
  if (!(error instanceof ManagerError)) return false;
  return error.code === "DEPENDENCIES_NOT_SATISFIED" || (error.code === "DEPENDENCY_FAILED" && keepWaiting);
}

function isLimit(timeoutMs: number): boolean {
  return timeoutMs > 0 && timeoutMs <= 2_147_483_647;
}
