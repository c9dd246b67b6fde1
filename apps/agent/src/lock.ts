import { spawnSync } from "node:child_process";
import { closeSync, constants, fstatSync, openSync } from "node:fs";
import { AgentError } from "./errors.js";
import { type FileId, sameFile } from "./same-file.js";

/** `open(2)` takes the lock itself on macOS and the BSDs; Node does not name the flag. */
const O_EXLOCK = 0x20;

/**
 * An exclusive lock on a file, held until the process ends, however it ends: the kernel lets go of it.
 * The file is made if need be, mode 0600, and stays; a lock file that is removed can be locked twice.
 */
export class FileLock {
  readonly #path: string;
  readonly #locked: string;
  #fd: number;
  #file: FileId;

  private constructor(path: string, locked: string) {
    this.#path = path;
    this.#locked = locked;
    this.#fd = lock(path, locked);
    this.#file = fstatSync(this.#fd);
  }

  /**
   * @param locked what nobody else can have meanwhile, for them to read.
   * @throws {AgentError} `AGENT_ALREADY_RUNNING` when another process holds it; `LOCK_UNAVAILABLE` when
   * the machine has no way to lock.
   */
  static take(path: string, locked: string): FileLock {
    return new FileLock(path, locked);
  }

  /** Whether its file has its name: without it, others can lock another file. */
  async isInPlace(): Promise<boolean> {
    return (await sameFile(this.#path, this.#file)) !== undefined;
  }

  /** Takes it again if its file has lost its name. Throws as {@link take}; it is held no less then. */
  async renew(): Promise<void> {
    if (await this.isInPlace()) return;
    const fd = lock(this.#path, this.#locked);
    closeSync(this.#fd);
    this.#fd = fd;
    this.#file = fstatSync(fd);
  }

  release(): void {
    closeSync(this.#fd);
  }
}

/**
 * Node has no `flock(2)`, but a lock belongs to the open file, which a child shares: `flock(1)` locks
 * the descriptor it inherits and exits, and the lock stays with us.
 */
function lock(path: string, locked: string): number {
  const held = new AgentError("AGENT_ALREADY_RUNNING", `${locked} is not available: another agent holds it`);
  const hasOpenLock = process.platform !== "linux";
  const flags = constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW;
  let fd: number;
  try {
    fd = openSync(path, hasOpenLock ? flags | O_EXLOCK | constants.O_NONBLOCK : flags, 0o600);
  } catch (cause) {
    if (cause instanceof Error && "code" in cause && cause.code === "EAGAIN") throw held;
    throw new AgentError("LOCK_UNAVAILABLE", `cannot open the lock file "${path}": ${String(cause)}`, {
      cause,
    });
  }
  const { uid } = fstatSync(fd);
  if (uid !== process.getuid?.() && uid !== 0) {
    closeSync(fd);
    // He could remove it, and another one be made and locked beside us.
    throw new AgentError("LOCK_UNAVAILABLE", `the lock file "${path}" belongs to user ${uid}: remove it`);
  }
  if (!hasOpenLock) {
    const { status, error } = spawnSync("flock", ["-n", "3"], {
      stdio: ["ignore", "ignore", "ignore", fd],
    });
    if (status !== 0) closeSync(fd);
    if (status === 1) throw held;
    if (status !== 0) {
      throw new AgentError(
        "LOCK_UNAVAILABLE",
        `cannot lock "${path}": the flock command (of util-linux or BusyBox) does not work here`,
        { cause: error },
      );
    }
  }
  return fd;
}
