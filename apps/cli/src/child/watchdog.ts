import { type ChildProcess, spawn } from "node:child_process";
import type { Writable } from "node:stream";
import type { Command } from "./command.js";

/**
 * Reads what to end, a line each, of which the last one counts and may be empty; at the end of its input it
 * acts. What has been stopped must go on in order to end. It needs the system's own `sleep` where the PATH has none.
 */
const script = `
PATH=$PATH:/usr/bin:/bin
while read -r line; do target=$line; done
[ -n "$target" ] || exit 0
kill -s TERM -- "$target"
kill -s CONT -- "$target"
for tenth in 1 2 3 4 5 6 7 8 9 10; do
  sleep 0.1
  kill -s 0 -- "$target" || exit 0
done
kill -s KILL -- "$target"`;

/**
 * A little process that ends the command if we die first, even by SIGKILL: it gets SIGTERM, and SIGKILL a
 * second later. Nobody but us holds the other end of its input, which the system closes for us.
 */
export class Watchdog implements Disposable {
  readonly #input: Writable | null;

  constructor() {
    const watchdog: ChildProcess = spawn("/bin/sh", ["-c", script], {
      // What ends our group or our terminal must not end it, nor may it keep a directory or a pipe in use.
      detached: true,
      cwd: "/",
      stdio: ["pipe", "ignore", "ignore"],
    });
    // Without it the command runs as well; it only may outlive us. There is no input when too many files are open.
    this.#input = watchdog.stdin;
    this.#input?.on("error", () => {});
    watchdog.on("error", () => {});
    watchdog.unref();
  }

  /** What to end with us, in place of what that was before; `undefined` for nothing. */
  guard(command: Command | undefined): void {
    this.#input?.write(`${command?.target ?? ""}\n`);
  }

  [Symbol.dispose](): void {
    this.#input?.end();
  }
}
