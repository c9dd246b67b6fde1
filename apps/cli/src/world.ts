import type { Output } from "./output.js";

/** All that a run of the program knows of the process it runs in. */
export interface World {
  readonly version: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly uid: number;
  /** On behalf of whom it runs: its calls are those of its parent, most often a script. */
  readonly parentPid: number;
  /** The path of our own program, as it was called. */
  readonly program: string;
  /** Whether it is an executable that needs no Node. */
  readonly isStandalone: boolean;
  readonly stdout: Output;
  readonly stderr: Output;
  /** Milliseconds since the epoch, to tell ages. */
  readonly now: () => number;
  /** Milliseconds since any fixed moment, to measure: it does not jump when the machine's clock is set. */
  readonly elapsed: () => number;
  /** Aborts when nothing can be written to stdout any longer. */
  readonly readerGone: AbortSignal;
}
