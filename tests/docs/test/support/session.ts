import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createInterface, type Interface } from "node:readline";
import { root } from "./document.js";
import { existing } from "./existing.js";

/** Runs each file it is told of in the same shell, and says how it ended. */
const driver = `exec 3>&1
while IFS= read -r block; do
  . "$block" </dev/null >"$block.out" 2>&1 3>&-
  echo "$?" >&3
done`;

export interface Outcome {
  readonly status: number;
  /** What was written to both outputs, in order. */
  readonly output: string;
}

/** A shell in a directory of its own, with the built programs on its path and no agent but its own. */
export class Session implements AsyncDisposable {
  readonly #directory = mkdtempSync("/tmp/sync-docs-");
  readonly #env: NodeJS.ProcessEnv;
  readonly #shell: ChildProcess;
  readonly #statuses: Interface;
  readonly #ended: Promise<string>;
  #agent: ChildProcess | undefined;
  #count = 0;

  constructor() {
    const path = (name: string) => `${this.#directory}/${name}`;
    for (const name of ["bin", "run", "work"]) {
      mkdirSync(path(name), { mode: 0o700 });
    }
    symlinkSync(`${root}apps/cli/bin/syncctl.cjs`, path("bin/syncctl"));
    symlinkSync(`${root}apps/agent/bin/sync-agent.cjs`, path("bin/sync-agent"));
    // Modules find the packages of the workspace here.
    symlinkSync(`${root}tests/docs/node_modules`, path("node_modules"));
    const { SYNC_SOCKET_PATH: _, PATH, ...env } = process.env;
    this.#env = {
      ...env,
      PATH: `${path("bin")}:${PATH}`,
      XDG_RUNTIME_DIR: path("run"),
      TMPDIR: this.#directory,
      NO_COLOR: "1",
    };
    this.#shell = spawn("sh", ["-c", driver], {
      cwd: path("work"),
      env: this.#env,
      detached: true,
      stdio: ["pipe", "pipe", "inherit"],
    });
    this.#statuses = createInterface({ input: existing(this.#shell.stdout) });
    this.#ended = once(this.#shell, "exit").then(([status]) => String(status));
  }

  /** Starts an agent where the session looks for one, and waits until it listens. */
  async startAgent(): Promise<void> {
    this.#agent = spawn("sync-agent", { env: this.#env, stdio: ["ignore", "ignore", "pipe"] });
    await once(createInterface({ input: existing(this.#agent.stderr) }), "line");
  }

  runShell(source: string): Promise<Outcome> {
    return this.#run(source);
  }

  /** Runs an ES module in a process of its own. */
  runModule(source: string): Promise<Outcome> {
    this.#count += 1;
    const file = `${this.#directory}/work/${this.#count}.mjs`;
    writeFileSync(file, source);
    return this.#run(`node ${file}`);
  }

  async #run(source: string): Promise<Outcome> {
    this.#count += 1;
    const file = `${this.#directory}/${this.#count}.sh`;
    writeFileSync(file, `${source}\n`);
    const done = once(this.#statuses, "line").then(([status]) => String(status));
    existing(this.#shell.stdin).write(`${file}\n`);
    const status = await Promise.race([done, this.#ended]);
    return { status: Number(status), output: readFileSync(`${file}.out`, "utf8") };
  }

  /** Ends whatever the session has started. */
  async [Symbol.asyncDispose](): Promise<void> {
    const { pid } = this.#shell;
    if (pid !== undefined && this.#shell.exitCode === null) {
      process.kill(-pid, "SIGTERM");
      await this.#ended;
    }
    if (this.#agent !== undefined && this.#agent.exitCode === null) {
      const gone = once(this.#agent, "exit");
      this.#agent.kill();
      await gone;
    }
    rmSync(this.#directory, { recursive: true, force: true });
  }
}
