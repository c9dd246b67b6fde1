import { type Client, createClient } from "@sync/protocol/client";
import type { Child } from "./child.js";
import { Sandbox } from "./sandbox.js";

/** An agent of our own, on a real socket, and all that talks to it. */
export class RunningAgent implements AsyncDisposable {
  readonly sandbox: Sandbox;
  readonly process: Child;
  readonly client: Client;
  readonly socketPath: string;

  constructor(sandbox: Sandbox, process: Child) {
    this.sandbox = sandbox;
    this.process = process;
    this.socketPath = sandbox.socketPath;
    this.client = createClient({ socketPaths: [sandbox.socketPath] });
  }

  readonly syncctl: Sandbox["syncctl"] = (...args) => this.sandbox.syncctl(...args);
  readonly sh: Sandbox["sh"] = (...args) => this.sandbox.sh(...args);
  readonly startScript: Sandbox["startScript"] = (...args) => this.sandbox.startScript(...args);

  /** Starts `syncctl` in the background. */
  background(...args: string[]): Child {
    return this.sandbox.start("syncctl", args);
  }

  /** Starts `syncctl start` and resolves when it has said that it waits. */
  async waiting(unit: string, ...flags: string[]): Promise<Child> {
    const child = this.background("start", unit, ...flags);
    await child.line(`Unit "${unit}" is waiting for dependencies to be satisfied`);
    await this.waiters(1);
    return child;
  }

  /** Resolves when at least so many calls are held. */
  async waiters(count: number): Promise<void> {
    while ((await this.client.ping()).waiters < count);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.client.close();
    await this.sandbox[Symbol.asyncDispose]();
  }
}

/** Starts an agent, and resolves when it answers. */
export async function startAgent(
  sandbox: Sandbox = new Sandbox(),
  ...flags: string[]
): Promise<RunningAgent> {
  const process = sandbox.start("sync-agent", flags);
  await process.line("listening");
  const agent = new RunningAgent(sandbox, process);
  await agent.client.ping();
  return agent;
}

/** The code of what a call was refused with, or "accepted". */
export async function codeOf(call: Promise<unknown>): Promise<string> {
  return call.then(
    () => "accepted",
    (error: unknown) => (error instanceof Error && "code" in error ? String(error.code) : String(error)),
  );
}

/** Flags that keep a sandbox's journal where its tests look for it. */
export function journalIn({ directory }: Sandbox): string[] {
  return ["--journal", `${directory}/journal`];
}
