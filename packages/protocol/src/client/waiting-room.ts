const shortestMs = 5;
const longestMs = 80;

/**
 * Where calls wait while the agent's queue is full: so that a thousand of them do not all knock again and
 * again, one does, and those behind it follow as soon as somebody has got in.
 */
export class WaitingRoom {
  /** In the order of arrival; each lets its caller try again. */
  readonly #waiting = new Set<() => void>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #delayMs = shortestMs;

  get isEmpty(): boolean {
    return this.#waiting.size === 0;
  }

  /** Resolves when it is this caller's turn to try again; rejects with the signal's reason. */
  async wait(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    return new Promise((resolve, reject) => {
      const go = (): void => {
        signal.removeEventListener("abort", leave);
        resolve();
      };
      const leave = (): void => {
        this.#waiting.delete(go);
        this.#keepTime();
        reject(signal.reason);
      };
      signal.addEventListener("abort", leave);
      this.#waiting.add(go);
      this.#keepTime();
    });
  }

  /** Somebody has got in: there may be room for more, so two may try; half of them failing costs little. */
  admitted(): void {
    this.#delayMs = shortestMs;
    this.#callNext();
    this.#callNext();
  }

  #callNext(): void {
    const [go] = this.#waiting;
    if (go !== undefined) {
      this.#waiting.delete(go);
      go();
    }
    this.#keepTime();
  }

  /** The timer runs exactly while somebody waits. */
  #keepTime(): void {
    if (this.isEmpty) {
      clearTimeout(this.#timer);
      this.#timer = undefined;
      return;
    }
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#delayMs = Math.min(2 * this.#delayMs, longestMs);
      this.#callNext();
    }, this.#jittered());
  }

  /** Up to half less, by chance, lest a thousand processes come back at the same moment. */
  #jittered(): number {
    return this.#delayMs * (1 - Math.random() / 2);
  }
}
