interface Output {
  write(text: string): unknown;
}

/** All that a run of the program knows of the process it runs in. */
export interface World {
  readonly version: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly uid: number;
  readonly stdout: Output;
  readonly stderr: Output;
  /** Milliseconds since the epoch: the only clock there is. */
  readonly now: () => number;
  /** Aborts when nobody reads stdout any longer. */
  readonly readerGone: AbortSignal;
}
