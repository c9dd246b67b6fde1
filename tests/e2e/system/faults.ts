import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Child } from "../child.js";
import { journalIn, RunningAgent } from "../rig.js";
import type { Sandbox } from "../sandbox.js";

/** With a journal, and one thread for the disk: strace counts the calls of each thread by themselves. */
export async function startAgentOnOneThread(sandbox: Sandbox): Promise<RunningAgent> {
  const agent = sandbox.start("sync-agent", journalIn(sandbox), { UV_THREADPOOL_SIZE: "1" });
  await agent.line("listening");
  return new RunningAgent(sandbox, agent);
}

/** What strace(1) does to the system calls of an agent while it is attached. */
export class Faults implements AsyncDisposable {
  readonly #strace: Child;
  readonly #log: string;

  private constructor(strace: Child, log: string) {
    this.#strace = strace;
    this.#log = log;
  }

  /** `injections` are those of strace: `fdatasync:error=EIO:when=1`. */
  static async inject({ sandbox, process }: RunningAgent, ...injections: string[]): Promise<Faults> {
    const log = join(sandbox.directory, "strace.log");
    const inject = injections.map((injection) => `--inject=${injection}`).join(" ");
    const strace = sandbox.startScript(
      `exec strace -f -p ${process.pid} -o ${log} --trace=${calls.join(",")} ${inject}`,
    );
    await strace.line("attached");
    return new Faults(strace, log);
  }

  /** Ends them, and tells how many times a system call was made meanwhile. */
  async end(): Promise<(call: (typeof calls)[number]) => number> {
    await this.#strace.kill("SIGINT");
    const lines = readFileSync(this.#log, "utf8").split("\n");
    return (call) => lines.filter((line) => line.includes(` ${call}(`)).length;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#strace.kill("SIGINT");
  }
}

/** What a journal is written with. */
const calls = ["fdatasync", "fsync", "pwrite64", "ftruncate", "rename"] as const;
