import { type ChildProcess, spawn } from "node:child_process";
import { EventEmitter, once } from "node:events";
import { constants } from "node:os";

/** How a process ended, and all it printed. */
export interface Result {
  readonly stdout: string;
  readonly stderr: string;
  /** As a shell sees it: 128 + n for what signal n has ended. */
  readonly status: number;
}

interface SpawnOptions {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** With `pipe`, it reads what is typed. @default "ignore" */
  readonly stdin?: "ignore" | "pipe";
  /** No child outlives a test that waits for it in vain. */
  readonly longestMs: number;
}

/** A process in the background, whose output can be awaited. */
export class Child {
  readonly result: Promise<Result>;
  readonly #process: ChildProcess;
  readonly #output = { stdout: "", stderr: "" };
  readonly #changes = new EventEmitter();
  #ended = false;

  constructor(
    command: string,
    args: readonly string[],
    { cwd, env, longestMs, stdin = "ignore" }: SpawnOptions,
  ) {
    this.#process = spawn(command, args, {
      cwd,
      env,
      stdio: [stdin, "pipe", "pipe"],
      timeout: longestMs,
      killSignal: "SIGKILL",
    });
    this.#collect("stdout");
    this.#collect("stderr");
    this.result = this.#end();
  }

  get pid(): number {
    return this.#process.pid ?? Number.NaN;
  }

  /** Resolves with the first line, of either stream, that contains the text, as soon as it is there. */
  async line(text: string): Promise<string> {
    for (;;) {
      const { stdout, stderr } = this.#output;
      const lines = [stdout, stderr].flatMap((all) => all.split("\n").slice(0, -1));
      const found = lines.find((line) => line.includes(text));
      if (found !== undefined) {
        return found;
      }
      if (this.#ended) {
        throw new Error(`it ended without saying "${text}":\n${stdout}${stderr}`);
      }
      await once(this.#changes, "change");
    }
  }

  /** What it has written so far, on both outputs. */
  get shown(): string {
    return this.#output.stdout + this.#output.stderr;
  }

  /** Resolves when it has written more, or has ended. */
  async more(): Promise<void> {
    await once(this.#changes, "change");
  }

  /** Writes to its input, which must be a pipe. */
  type(text: string): void {
    this.#process.stdin?.write(text);
  }

  signal(signal: NodeJS.Signals): void {
    this.#process.kill(signal);
  }

  /** Sends a signal and waits for the end. */
  async kill(signal: NodeJS.Signals): Promise<Result> {
    this.signal(signal);
    return this.result;
  }

  #collect(name: "stdout" | "stderr"): void {
    this.#process[name]?.setEncoding("utf8").on("data", (text: string) => {
      this.#output[name] += text;
      this.#changes.emit("change");
    });
  }

  async #end(): Promise<Result> {
    const [code, signal]: (number | NodeJS.Signals | null)[] = await once(this.#process, "close");
    this.#ended = true;
    this.#changes.emit("change");
    return { ...this.#output, status: statusOf(code, signal) };
  }
}

function statusOf(code: unknown, signal: unknown): number {
  const entry = Object.entries(constants.signals).find(([name]) => name === signal);
  return entry === undefined ? Number(code) : 128 + entry[1];
}
