import type { Readable } from "node:stream";

export interface SpawnOptions {
  readonly file: string;
  /** What it is told that it is called. */
  readonly name: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** What each number is for it, from 0 on. */
  readonly stdio: readonly ("inherit" | "ignore" | "pipe")[];
  /** With a session and a group of its own. */
  readonly detached: boolean;
}

/** A process that we have started. */
export interface Spawned {
  readonly pid: number;
  /** What it prints, where that is a pipe. */
  readonly stdout: Readable | null;
  readonly stderr: Readable | null;
  /** Resolves when it has ended, with its exit status as a shell tells it. */
  readonly exited: Promise<number>;
}
