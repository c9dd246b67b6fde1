/** Who is told how a journal does. */
export interface JournalObserver {
  /** What was appended at once is on the disk. */
  appended(seconds: number): void;
  /** It can no longer be written; told once, not for every time that it is tried. */
  failing(error: Error): void;
  recovered(afterMs: number): void;
}

export interface JournalFailure {
  readonly error: Error;
  /** In ms since the epoch. */
  readonly since: number;
}

/** Whether a journal can be written, as far as is known, and since when it cannot. */
export class JournalHealth {
  readonly #observer: JournalObserver | undefined;
  #failure: JournalFailure | undefined;

  constructor(observer: JournalObserver | undefined) {
    this.#observer = observer;
  }

  /** `undefined` when all is well. */
  get failure(): JournalFailure | undefined {
    return this.#failure;
  }

  worked(): void {
    const failure = this.#failure;
    this.#failure = undefined;
    if (failure !== undefined) this.#observer?.recovered(Date.now() - failure.since);
  }

  failed(error: Error): void {
    const before = this.#failure;
    this.#failure = { error, since: before?.since ?? Date.now() };
    if (before === undefined) this.#observer?.failing(error);
  }
}
