import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import type { Readable } from "node:stream";
import { isatty } from "node:tty";
import { exitStatus } from "@sync/protocol";
import { signalStatus } from "../exit-reason.js";
import { sendSignal } from "./send-signal.js";

type Env = Readonly<Record<string, string | undefined>>;

interface CommandOptions {
  readonly env: Env;
  /** With `pipe`, what it prints is ours to read and to pass on. */
  readonly output: "inherit" | "pipe";
  /** What it has open beside its input and outputs. */
  readonly descriptors: readonly number[];
}

/** The command could not be run at all. */
export class CannotRun extends Error {
  override readonly name = "CannotRun";
  /** The exit status that a shell has for it. */
  readonly status: number;

  constructor(word: string, code: string) {
    super(`cannot run "${word}": ${meanings[code] ?? code}`);
    this.status = code === "ENOENT" ? exitStatus.notFound : exitStatus.notExecutable;
  }
}

const meanings: Readonly<Record<string, string>> = {
  ENOENT: "no such command",
  EACCES: "it cannot be executed",
  E2BIG: "its arguments are too long",
};

/** What each number is for the command, from 0 on. Those between are left as they are. */
function stdioOf(output: "inherit" | "pipe", descriptors: readonly number[]) {
  const stdio: ("inherit" | "ignore" | "pipe")[] = ["inherit", output, output];
  for (const descriptor of descriptors) {
    while (stdio.length < descriptor) stdio.push("ignore");
    stdio[descriptor] = "inherit";
  }
  return stdio;
}

/**
 * A command that runs.
 *
 * With a terminal as its input it stays in our process group, for otherwise it could not read from it.
 * Without, it gets a session and a group of its own: what is sent to it reaches all that it has started, and
 * nothing that is sent to our group reaches it twice.
 */
export class Command {
  readonly #process: ChildProcess;
  /** What `kill` takes for it: a process, or, when negative, a group. */
  readonly target: number;
  /** Resolves when it has ended, with its exit status as a shell tells it. */
  readonly exited: Promise<number>;

  private constructor(child: ChildProcess, pid: number, hasGroup: boolean) {
    this.#process = child;
    this.target = hasGroup ? -pid : pid;
    this.exited = new Promise((resolve) => {
      child.once("exit", (code, signal) => resolve(signal === null ? (code ?? 0) : signalStatus(signal)));
    });
  }

  /** @throws {CannotRun} */
  static async start(
    words: readonly string[],
    { env, output, descriptors }: CommandOptions,
  ): Promise<Command> {
    const [word = "", ...args] = words;
    const hasGroup = !isatty(0);
    try {
      const stdio = stdioOf(output, descriptors);
      const child = spawn(word, args, { env, stdio, detached: hasGroup });
      if (child.pid === undefined) {
        throw (await once(child, "error"))[0];
      }
      return new Command(child, child.pid, hasGroup);
    } catch (error) {
      throw new CannotRun(
        word,
        error instanceof Error && "code" in error ? String(error.code) : String(error),
      );
    }
  }

  /** What it prints, when that is ours to pass on. */
  get output(): { readonly stdout: Readable | null; readonly stderr: Readable | null } {
    return this.#process;
  }

  /** Whether it hears, as a member of our group, what our group is sent. */
  get isInOurGroup(): boolean {
    return this.target > 0;
  }

  send(signal: NodeJS.Signals): void {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) {
      return;
    }
    sendSignal(this.target, signal);
  }

  stop(): void {
    // A group without a parent in its session, as its own is, is not stopped by the signal one could refuse.
    this.send(this.isInOurGroup ? "SIGTSTP" : "SIGSTOP");
  }
}
