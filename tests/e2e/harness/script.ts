import { type ChildProcess, spawn } from "node:child_process";
import { EventEmitter, once } from "node:events";
import type { Unit } from "./scenario.js";

/**
 * The text of a unit's script. It says how far it is, and goes on from each of the three points where it could
 * be killed when it is given a line: before anything, while it works, and after it has reported.
 */
function textOf({ name, kind, strict, shell, fate, dependencies }: Unit): string {
  const wanted = dependencies.map(({ unit, requirement }) => `${unit}:${requirement}`);
  const status = fate.what === "ends" ? fate.status : 0;
  const work = `sh -c 'echo "working $$"; read _; exit ${status}'`;
  const limit = fate.what === "times out" ? "100ms" : "0";
  const reported = [`syncctl complete ${name}`, "trap - EXIT", "echo reported", "read _"];
  const ending = fate.what === "is killed" && fate.when === "after its report" ? reported : [];
  const want = wanted.length === 0 ? [] : [`syncctl want ${name} ${wanted.join(" ")}`];
  // Where a `syncctl` that waits is to be killed, it says which process that is.
  const isVictim = fate.what === "is killed" && fate.when === "while waiting" && fate.victim === "syncctl";
  const awaited = isVictim ? ' & echo "syncctl $!"; wait $!' : "";
  // Bash runs the trap of EXIT with status 0 when SIGTERM ends it.
  const terminated = shell === "bash" ? ["trap 'exit 143' TERM"] : [];
  const begin = [...(strict ? ["set -e"] : []), "echo ready", "read _"];
  switch (kind) {
    case "run": {
      const flags = wanted.map((dependency) => `--want ${dependency}`).join(" ");
      return [...begin, `exec syncctl run ${name} ${flags} --timeout ${limit} -- ${work}`].join("\n");
    }
    case "owner":
      return [
        ...begin,
        ...want,
        `syncctl start ${name} --owner $$ --timeout ${limit}${awaited}`,
        `trap 'syncctl finish ${name} --status $?' EXIT`,
        ...terminated,
        work,
        ...ending,
      ].join("\n");
    case "trap":
      return [
        ...begin,
        ...want,
        `trap 'syncctl complete ${name}' EXIT`,
        `syncctl start ${name} --timeout ${limit}${awaited}`,
        work,
        ...ending,
      ].join("\n");
    default:
      return kind satisfies never;
  }
}

interface ScriptOptions {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}

/** A script that leads a process group of its own, and is told on stdin when to go on. */
export class Script implements AsyncDisposable {
  readonly #process: ChildProcess;
  readonly #changes = new EventEmitter();
  #output = "";
  #hasEnded = false;

  constructor(unit: Unit, { cwd, env }: ScriptOptions) {
    this.#process = spawn(unit.shell, ["-c", textOf(unit)], { cwd, env, detached: true, stdio: "pipe" });
    for (const stream of [this.#process.stdout, this.#process.stderr]) {
      stream?.setEncoding("utf8").on("data", (text: string) => {
        this.#output += text;
        this.#changes.emit("change");
      });
    }
    // What it was told may come too late.
    this.#process.stdin?.on("error", () => {});
    // When nothing of its group is left that could print.
    this.#process.once("close", () => {
      this.#hasEnded = true;
      this.#changes.emit("change");
    });
  }

  get output(): string {
    return this.#output;
  }

  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  goOn(): void {
    this.#process.stdin?.write("\n");
  }

  /** Lets it run to its end. */
  goOnAlways(): void {
    this.#process.stdin?.end("\n\n\n\n");
  }

  /** Resolves with the number on the first line that begins with this word; `undefined` when it ends before. */
  async says(word: string): Promise<number | undefined> {
    const line = new RegExp(`^${word}(?: (\\d+))?\\n`, "m");
    for (;;) {
      const found = line.exec(this.#output);
      if (found !== null) {
        return Number(found[1] ?? 0);
      }
      if (this.#hasEnded) {
        return undefined;
      }
      await once(this.#changes, "change");
    }
  }

  async ended(): Promise<void> {
    while (!this.#hasEnded) {
      await once(this.#changes, "change");
    }
  }

  kill(victim: number | "shell" | "group", signal: NodeJS.Signals): void {
    const { pid } = this.#process;
    if (pid === undefined) {
      return;
    }
    send(victim === "shell" ? pid : victim === "group" ? -pid : victim, signal);
  }

  /** Ends whatever there still is of its group. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.kill("group", "SIGKILL");
    await this.ended();
    this.#process.stdout?.destroy();
    this.#process.stderr?.destroy();
  }
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    // It has ended meanwhile.
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) {
      throw error;
    }
  }
}
