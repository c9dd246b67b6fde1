import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { Child, type Result } from "./child.js";

const require = createRequire(import.meta.url);

/** Whether the programs are the executables that need no Node: `pnpm test:standalone`. */
export const isStandalone = process.env["SYNC_STANDALONE"] === "1";

/** The words that run each program. */
const bins = {
  syncctl: commandOf("@sync/cli", "syncctl"),
  "sync-agent": commandOf("@sync/agent", "sync-agent"),
} as const;

/** A directory of our own, and an environment in which the built programs are run. */
export class Sandbox implements AsyncDisposable {
  readonly directory = mkdtempSync(join(tmpdir(), "sync-e2e-"));
  readonly socketPath = join(this.directory, "run", "agent.sock");
  readonly env: Readonly<Record<string, string>>;
  readonly #children = new Set<Child>();

  readonly #longestMs: number;

  /** `longestMs` is how long a program may run before it is killed. */
  constructor({ longestMs = 110_000 } = {}) {
    this.#longestMs = longestMs;
    const bin = join(this.directory, "bin");
    mkdirSync(bin);
    for (const [name, words] of Object.entries(bins)) {
      const command = words.map((word) => `'${word}'`).join(" ");
      writeFileSync(join(bin, name), `#!/bin/sh\nexec ${command} "$@"\n`, { mode: 0o755 });
    }
    this.env = {
      PATH: `${bin}:${process.env["PATH"] ?? ""}`,
      HOME: this.directory,
      SYNC_SOCKET_PATH: this.socketPath,
    };
  }

  /** Runs `syncctl` to its end. */
  async syncctl(...args: string[]): Promise<Result> {
    return this.start("syncctl", args).result;
  }

  /** Runs a script to its end. */
  async sh(script: string, shell: "bash" | "dash" = "bash"): Promise<Result> {
    return this.startScript(script, shell).result;
  }

  /** Starts one of the programs in the background. */
  start(
    program: keyof typeof bins,
    args: readonly string[],
    env: Readonly<Record<string, string>> = {},
  ): Child {
    const [command, ...first] = bins[program];
    return this.#track(new Child(command, [...first, ...args], this.#options(env)));
  }

  /** Starts a program of Node's in the background. */
  startNode(path: string, args: readonly string[]): Child {
    return this.#track(new Child(process.execPath, [path, ...args], this.#options()));
  }

  /** Starts a script in the background. */
  startScript(script: string, shell: "bash" | "dash" = "bash"): Child {
    return this.#track(new Child(shell, ["-c", script], this.#options()));
  }

  /** Starts a line of shell on a terminal of its own, where one can type. */
  startInTerminal(line: string): Child {
    const options = { ...this.#options(), stdin: "pipe" } as const;
    return this.#track(new Child("script", ["--quiet", "--return", "--command", line, "/dev/null"], options));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#children].map((child) => child.kill("SIGKILL")));
    rmSync(this.directory, { recursive: true, force: true });
  }

  #options(env: Readonly<Record<string, string>> = {}) {
    return { cwd: this.directory, env: { ...this.env, ...env }, longestMs: this.#longestMs };
  }

  #track(child: Child): Child {
    this.#children.add(child);
    void child.result.then(() => this.#children.delete(child));
    return child;
  }
}

function commandOf(packageName: string, program: string): [string, ...string[]] {
  const folder = dirname(require.resolve(`${packageName}/package.json`));
  return isStandalone
    ? [join(folder, "npm", `${process.platform}-${process.arch}`, "bin", program)]
    : [process.execPath, join(folder, "bin", `${program}.cjs`)];
}
