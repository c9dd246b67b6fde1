import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface, type Interface } from "node:readline";

/** A process that is told something, and answers, a line at a time. */
export class LineProcess implements AsyncDisposable {
  readonly pid: number;
  readonly #child: ChildProcess;
  readonly #input: NodeJS.WritableStream;
  readonly #lines: AsyncIterator<string>;

  constructor(file: string, args: readonly string[]) {
    const child = spawn(file, args, { stdio: ["pipe", "pipe", "inherit"] });
    const lines: Interface = createInterface({ input: child.stdout });
    this.#child = child;
    this.#input = child.stdin;
    this.#lines = lines[Symbol.asyncIterator]();
    this.pid = child.pid ?? 0;
  }

  /** What it says next. @throws when it has ended. */
  async next(): Promise<string> {
    const { value, done } = await this.#lines.next();
    if (done === true) throw new Error(`${this.#child.spawnargs.join(" ")} has ended`);
    return value;
  }

  /** Tells it something, and resolves with what it answers. */
  ask(line: string): Promise<string> {
    this.#input.write(`${line}\n`);
    return this.next();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = once(this.#child, "exit");
    this.#child.kill();
    await ended;
  }
}

/** One of the processes of the bench itself. */
export function ownProcess(name: string, args: readonly string[]): LineProcess {
  return new LineProcess(process.execPath, [
    new URL(`processes/${name}.js`, import.meta.url).pathname,
    ...args,
  ]);
}
