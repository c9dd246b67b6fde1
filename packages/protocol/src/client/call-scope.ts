import { setMaxListeners } from "node:events";

interface Deadline {
  readonly afterMs: number;
  readonly reason: () => Error;
}

/** What can end one call, the caller's signal and the deadline among it, behind a single signal. */
export class CallScope {
  readonly #controller = new AbortController();
  readonly #caller: AbortSignal | undefined;
  readonly #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(caller: AbortSignal | undefined, deadline: Deadline | undefined) {
    this.#caller = caller;
    if (caller?.aborted) {
      this.end(caller.reason);
      return;
    }
    if (caller !== undefined) {
      // One signal may well end a thousand calls: so many listeners are no leak.
      setMaxListeners(0, caller);
      caller.addEventListener("abort", this.#onCallerAbort);
    }
    if (deadline !== undefined) {
      this.#timer = setTimeout(() => this.end(deadline.reason()), deadline.afterMs);
    }
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Ends the call; the first reason wins. */
  end(reason: unknown): void {
    this.#controller.abort(reason);
  }

  /** Must be called when the call is over, or the timer keeps the process alive. */
  release(): void {
    clearTimeout(this.#timer);
    this.#caller?.removeEventListener("abort", this.#onCallerAbort);
  }

  readonly #onCallerAbort = (): void => {
    this.end(this.#caller?.reason);
  };
}
