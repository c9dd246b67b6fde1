import type { Clock } from "./clock.js";
import { type Command, decide, type Limits, type StartCommand, type UnitRequirement } from "./commands.js";
import { Conditions } from "./conditions.js";
import { ManagerError } from "./errors.js";
import type { UnitEvent } from "./events.js";
import { type Journal, JournalConflictError, type RecordedEvent } from "./journal.js";
import { type ReadonlyUnitManager, UnitManager } from "./manager.js";
import type { Blocker, Dependency, UnitSnapshot } from "./unit.js";
import { type AbortSignalLike, Waiters } from "./waiters.js";

export interface WaitOptions {
  /** Ends the wait: the promise rejects with the signal's reason, and nothing is changed after that. */
  readonly signal?: AbortSignalLike | undefined;
  /** Milliseconds; 0, or more than a timer can hold (24 days), waits without limit. @default 0 */
  readonly timeoutMs?: number | undefined;
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

/**
 * Runs commands one after another: decide, append to the journal, apply, and release who waited.
 *
 * The answer to a command is given when the journal has accepted it. Reads never wait.
 */
export class Coordinator {
  readonly #manager = new UnitManager();
  readonly #waiters = new Waiters();
  readonly #refusedStarts = new Set<string>();
  readonly #journal: Journal;
  readonly #clock: Clock;
  readonly #limits: Limits;
  #sequence = 0;
  #commands = 0;
  #queue: Promise<unknown> = Promise.resolve();
  #closed: { readonly reason: unknown } | undefined;

  private constructor({ journal, clock, limits = {} }: CoordinatorOptions) {
    this.#journal = journal;
    this.#clock = clock;
    this.#limits = limits;
  }

  /** Starts with the state that the journal's events give. Cost: the events. */
  static async open(options: CoordinatorOptions): Promise<Coordinator> {
    const coordinator = new Coordinator(options);
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

  /**
   * Does what a command asks, and returns its unit as it is then.
   *
   * @throws {ManagerError} whatever `decide` refuses it with; nothing has changed then.
   */
  execute(command: Command): Promise<UnitSnapshot> {
    return this.#enqueue(command, undefined);
  }

  /**
   * Marks a unit started as soon as it is ready, and returns it as it is then. A dependency that is
   * declared meanwhile is waited for as well.
   *
   * @throws {ManagerError} as {@link execute}; `DEPENDENCY_FAILED` as soon as the wait cannot succeed;
   * `WAIT_TIMEOUT`, with what is not met.
   */
  async start(command: StartCommand, options: WaitOptions = {}): Promise<UnitSnapshot> {
    const { unit } = command;
    const deadline = this.#deadline(options);
    for (;;) {
      try {
        return await this.#enqueue(command, options.signal);
      } catch (error) {
        if (!(error instanceof ManagerError) || error.code !== "DEPENDENCIES_NOT_SATISFIED") throw error;
      }
      await this.#until([unit], () => this.#manager.unit(unit).readiness !== "waiting", {
        signal: options.signal,
        timeoutMs: deadline(),
        blockers: () => this.#manager.unmetDependencies(unit),
        waitsFor: `dependencies of unit '${unit}'`,
        unit,
      });
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
    await this.#until(
      conditions.units,
      (unit) => {
        if (unit !== undefined) conditions.refresh(unit);
        return conditions.state !== "unmet";
      },
      { ...options, blockers: () => conditions.blockers(), waitsFor: "units" },
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
    await this.#queue;
  }

  #enqueue(command: Command, signal: AbortSignalLike | undefined): Promise<UnitSnapshot> {
    const result = this.#queue.then(() => this.#run(command, signal));
    this.#queue = result.then(
      () => this.#giveWay(),
      () => this.#giveWay(),
    );
    return result;
  }

  /** Lets everything else run now and then. */
  async #giveWay(): Promise<void> {
    this.#commands += 1;
    if (this.#commands % commandsPerTurn !== 0) return;
    await new Promise<void>((resolve) => {
      this.#clock.after(0, resolve);
    });
  }

  async #run(command: Command, signal: AbortSignalLike | undefined): Promise<UnitSnapshot> {
    for (;;) {
      if (this.#closed !== undefined) throw this.#closed.reason;
      if (signal?.aborted) throw signal.reason;
      const events = this.#decide(command);
      if (events.length === 0 || (await this.#append(events))) return this.#manager.snapshot(command.unit);
      await this.#catchUp();
    }
  }

  /**
   * The rules, and one more: a unit whose start was refused has not run, so it cannot be complete. What
   * reports it is the trap of a script whose wait has failed.
   */
  #decide(command: Command): UnitEvent[] {
    const { type, unit } = command;
    try {
      const events = decide(this.#manager, command, this.#clock.now(), this.#limits);
      if (type === "complete" && this.#refusedStarts.has(unit)) {
        throw new ManagerError(
          "INVALID_TRANSITION",
          `cannot complete unit "${unit}": it has not run: its last start was refused`,
          { unit },
        );
      }
      if (type !== "want") this.#refusedStarts.delete(unit);
      return events;
    } catch (error) {
      const { status, readiness } = this.#manager.unit(unit);
      const hasNotRun = status === "pending" || status === "skipped";
      if (type === "start" && hasNotRun && readiness !== "ready") this.#refusedStarts.add(unit);
      throw error;
    }
  }

  /** Makes events true once the journal has them; `false` when another writer was first. */
  async #append(events: readonly UnitEvent[]): Promise<boolean> {
    try {
      this.#sequence = await this.#journal.append(events, this.#sequence);
    } catch (error) {
      if (error instanceof JournalConflictError) return false;
      throw error;
    }
    this.#apply(events);
    return true;
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

  /** Waits until `isOver` says so, asking again at each change of the units. */
  #until(
    units: readonly string[],
    isOver: (changed?: string) => boolean,
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
      if (isOver()) return resolve();
      const cleanUp = () => {
        cancelTimer?.();
        signal?.removeEventListener("abort", abort);
      };
      const waiter = {
        units,
        check: isOver,
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

function isLimit(timeoutMs: number): boolean {
  return timeoutMs > 0 && timeoutMs <= 2_147_483_647;
}
