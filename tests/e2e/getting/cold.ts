import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import type { Server } from "node:net";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Child } from "../child.js";
import { Sandbox } from "../sandbox.js";

/** A sandbox where agents may be started that are nobody's child. They end with it. */
export class ColdSandbox extends Sandbox {
  readonly logPath = join(this.directory, "run", "agent.log");

  /** What the agents have said that were started by `syncctl`. */
  get log(): string {
    return existsSync(this.logPath) ? readFileSync(this.logPath, "utf8") : "";
  }

  /** The processes of all agents at a path in this directory. */
  get agents(): number[] {
    return readdirSync("/proc")
      .filter((name) => /^\d+$/.test(name))
      .filter((pid) => commandOf(pid).includes(this.directory) && commandOf(pid).includes("sync-agent"))
      .map(Number);
  }

  /** Starts `syncctl --autostart` in the background. */
  auto(...args: string[]): Child {
    return this.start("syncctl", ["--autostart", ...args]);
  }

  /** Puts a script in the place of `sync-agent`; `$agent` is the one that was there. */
  replaceAgent(script: string): void {
    const path = join(this.directory, "bin", "sync-agent");
    const original = readFileSync(path, "utf8");
    writeFileSync(`${path}-original`, original, { mode: 0o755 });
    writeFileSync(path, `#!/bin/sh\nagent='${path}-original'\n${script}\n`);
  }

  override async [Symbol.asyncDispose](): Promise<void> {
    for (const pid of this.agents) process.kill(pid, "SIGKILL");
    await until(() => this.agents.length === 0);
    await super[Symbol.asyncDispose]();
  }
}

/** Somebody who listens in the agent's place. */
export async function listening(server: Server, path: string) {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  await new Promise<void>((resolve) => server.listen(path, resolve));
  chmodSync(path, 0o600);
  return { [Symbol.asyncDispose]: () => new Promise<void>((resolve) => server.close(() => resolve())) };
}

/** Resolves when it is so, however long that takes. */
export async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await sleep(5);
}

function commandOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8");
  } catch {
    return "";
  }
}
