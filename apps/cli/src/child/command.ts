import type { Readable } from "node:stream";
import { isatty } from "node:tty";
import { stdioOf } from "../descriptors.js";
import { CannotRun } from "./cannot-run.js";
import { findProgram } from "./find-program.js";
import { sendSignal } from "./send-signal.js";
import { spawnWithBun } from "./spawn-with-bun.js";
import { spawnWithNode } from "./spawn-with-node.js";
import type { Spawned, SpawnOptions } from "./spawned.js";

interface CommandOptions {
  readonly env: SpawnOptions["env"];
  /** With `pipe`, what it prints is ours to read and to pass on. */
  readonly output: "inherit" | "pipe";
  /** What it has open beside its input and outputs. */
  readonly descriptors: readonly number[];
}

/** It runs what is no program, for that may be a script. */
const shell = "/bin/sh";

/**
 * A command that runs.
 *
 * With a terminal as its input it stays in our process group, for otherwise it could not read from it.
 * Without, it gets a session and a group of its own: what is sent to it reaches all that it has started, and
 * nothing that is sent to our group reaches it twice.
 */
export class Command {
  /** What it prints, when that is ours to pass on. */
  readonly output: { readonly stdout: Readable | null; readonly stderr: Readable | null };
  /** What `kill` takes for it: a process, or, when negative, a group. */
  readonly target: number;
  /** Resolves when it has ended, with its exit status as a shell tells it. */
  readonly exited: Promise<number>;
  #hasEnded = false;

  private constructor({ pid, stdout, stderr, exited }: Spawned, hasGroup: boolean) {
    this.output = { stdout, stderr };
    this.target = hasGroup ? -pid : pid;
    this.exited = exited.finally(() => {
      this.#hasEnded = true;
    });
  }

  /** @throws {CannotRun} */
  static async start(words: readonly string[], options: CommandOptions): Promise<Command> {
    const { env, output, descriptors } = options;
    const [word = "", ...args] = words;
    const file = findProgram(word, env["PATH"]);
    const hasGroup = !isatty(0);
    const rest = {
      env,
      stdio: stdioOf<"inherit" | "pipe">(["inherit", output, output], descriptors, "inherit"),
      detached: hasGroup,
    };
    try {
      return new Command(await spawn({ file, name: word, args, ...rest }), hasGroup);
    } catch (error) {
      throw new CannotRun(word, codeOf(error) ?? String(error));
    }
  }

  /** Whether it hears, as a member of our group, what our group is sent. */
  get isInOurGroup(): boolean {
    return this.target > 0;
  }

  send(signal: NodeJS.Signals): void {
    if (!this.#hasEnded) {
      sendSignal(this.target, signal);
    }
  }

  stop(): void {
    // A group without a parent in its session, as its own is, is not stopped by the signal one could refuse.
    this.send(this.isInOurGroup ? "SIGTSTP" : "SIGSTOP");
  }
}

async function spawn(options: SpawnOptions): Promise<Spawned> {
  const spawnFile = spawnWithBun ?? spawnWithNode;
  try {
    return await spawnFile(options);
  } catch (error) {
    if (codeOf(error) !== "ENOEXEC") {
      throw error;
    }
    return spawnFile({ ...options, file: shell, name: shell, args: [options.file, ...options.args] });
  }
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && "code" in error ? String(error.code) : undefined;
}
