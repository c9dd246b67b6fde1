import { readFileSync, rmSync, statSync, writeFileSync } from "node:fs";

/** How old a marker can be, in milliseconds, before whoever left it is taken for gone, process or not. */
const staleMs = 10_000;

/**
 * A file that says that an agent is being started, and by which process: of many who find none, one starts it
 * and the others wait. Should two of them do it all the same, the agent's own lock decides.
 */
export class Marker {
  readonly #path: string;

  private constructor(path: string) {
    this.#path = path;
  }

  /**
   * @returns `undefined` when another process has left one that still counts.
   * @throws when no file can be made there.
   */
  static leave(path: string): Marker | undefined {
    for (;;) {
      try {
        writeFileSync(path, String(process.pid), { flag: "wx", mode: 0o600 });
        return new Marker(path);
      } catch (error) {
        if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) {
          throw error;
        }
        if (!isStale(path)) {
          return undefined;
        }
        rmSync(path, { force: true });
      }
    }
  }

  /** Makes it count for as long as that process lives, whatever becomes of this one. */
  handOver(pid: number): void {
    writeFileSync(this.#path, String(pid));
  }

  remove(): void {
    rmSync(this.#path, { force: true });
  }
}

/** Says whether nobody starts an agent any longer who has said that he would. */
export function isStale(path: string): boolean {
  try {
    const stats = statSync(path);
    const isOld = Date.now() - stats.mtimeMs > staleMs;
    // What is no file, as a pipe, might never be read to its end.
    if (isOld || !stats.isFile()) return isOld;
    const pid = Number(readFileSync(path, "utf8"));
    // It is empty for the moment between its making and its writing.
    return pid > 0 && !isAlive(pid);
  } catch {
    // Gone by now, or not to be read: the next attempt to leave one tells.
    return false;
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && "code" in error && error.code !== "ESRCH";
  }
}
