import { setTimeout as sleep } from "node:timers/promises";
import type { LiveLine } from "./live-line.js";
import {
  awayText,
  detachedText,
  type Progress,
  progressText,
  type Unmet,
  undeclaredText,
} from "./render/progress.js";
import type { Session } from "./session.js";
import { declaredNames, nearestName } from "./suggestion.js";
import { askUnmet, type Target } from "./unmet.js";

/** How long a name may be undeclared before that is worth a word, in milliseconds. */
const undeclaredMs = 2_000;

/** How often a live line is brought up to date, in milliseconds. */
const liveMs = 1_000;

/** How long the agent may take to tell what is in the way, in milliseconds. */
const lookMs = 1_000;

/** A call that is held. */
export interface Waiting {
  readonly target: Target;
  /** When the command began, by the session's `elapsed`. */
  readonly begun: number;
  /** Milliseconds from then on; 0 sets no limit. */
  readonly timeoutMs: number;
  /** Milliseconds between two signs of life; 0 for none. */
  readonly heartbeatMs: number;
}

/**
 * Makes a call that is held, and says on stderr how it goes for as long as it lasts: every now and then what
 * is in the way, once which names nobody has declared, and at once when the agent goes away. Says nothing
 * with `--quiet`, nor when the call has ended.
 *
 * @param call is given what the client wants as `onDetached`.
 */
export async function whileWaiting<Reply>(
  session: Session,
  waiting: Waiting,
  call: (onDetached: () => void) => Promise<Reply>,
): Promise<Reply> {
  if (session.quiet) {
    return call(() => {});
  }
  const heartbeat = new Heartbeat(session, waiting);
  try {
    return await call(() => heartbeat.detached());
  } finally {
    heartbeat.stop();
  }
}

class Heartbeat {
  readonly #session: Session;
  readonly #waiting: Waiting;
  readonly #ended = new AbortController();
  /** The undeclared names of which it has been said. */
  readonly #named = new Set<string>();
  #liveLine: LiveLine | undefined;
  #isAway = false;

  constructor(session: Session, waiting: Waiting) {
    this.#session = session;
    this.#waiting = waiting;
    for (const course of [this.#watchNames(), this.#beat()]) {
      // So each of them ends, when the wait does.
      course.catch(() => {});
    }
  }

  detached(): void {
    if (!this.#isAway) {
      this.#isAway = true;
      this.#session.note(detachedText(this.#progress()));
    }
  }

  stop(): void {
    this.#ended.abort();
    this.#liveLine?.clear();
  }

  /** A wait without heartbeat tells that much, too. */
  async #watchNames(): Promise<void> {
    await this.#until(undeclaredMs);
    await this.#look();
  }

  async #beat(): Promise<void> {
    const { heartbeatMs } = this.#waiting;
    if (heartbeatMs === 0) {
      return;
    }
    const line = await this.#session.openLiveLine();
    this.#ended.signal.throwIfAborted();
    this.#liveLine = line;
    const everyMs = line === undefined ? heartbeatMs : liveMs;
    for (let atMs = everyMs; ; atMs += everyMs) {
      await this.#until(atMs);
      const unmet = await this.#look();
      const progress = this.#progress();
      const text = this.#isAway ? awayText(progress) : progressText(progress, unmet);
      if (line === undefined) {
        this.#session.note(text);
      } else {
        line.show(text);
      }
    }
  }

  /** What is in the way; nothing when that cannot be learnt. */
  async #look(): Promise<readonly Unmet[]> {
    const { client, note } = this.#session;
    const signal = AbortSignal.any([this.#ended.signal, AbortSignal.timeout(lookMs)]);
    const unmet = await askUnmet(client, this.#waiting.target, signal);
    if (unmet !== undefined && this.#progress().waitedMs >= undeclaredMs) {
      const names = unmet.flatMap(({ unit_name, current_status }) =>
        current_status === "not registered" && !this.#named.has(unit_name) ? [unit_name] : [],
      );
      for (const name of names) {
        this.#named.add(name);
      }
      // One of them may have been declared by then.
      const declared = names.length === 0 ? [] : await declaredNames(client, signal);
      this.#ended.signal.throwIfAborted();
      for (const name of names.filter((name) => !declared.includes(name))) {
        note(undeclaredText(name, nearestName(name, declared)));
      }
    }
    this.#ended.signal.throwIfAborted();
    this.#isAway &&= unmet === undefined;
    return unmet ?? [];
  }

  /** Sleeps until the wait has lasted so long; rejects when it ends before. */
  async #until(waitedMs: number): Promise<void> {
    // A timer may be a little early.
    const delayMs = Math.max(0, Math.ceil(waitedMs - this.#progress().waitedMs) + 1);
    await sleep(delayMs, undefined, { ref: false, signal: this.#ended.signal });
  }

  #progress(): Progress {
    const { target, begun, timeoutMs } = this.#waiting;
    const waitedMs = this.#session.elapsed() - begun;
    return {
      unit: "unit" in target ? target.unit : undefined,
      waitedMs,
      leftMs: timeoutMs === 0 ? undefined : timeoutMs - waitedMs,
    };
  }
}
