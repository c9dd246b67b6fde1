import { closeSync, constants, fstatSync, openSync, writeSync } from "node:fs";
import { AgentError } from "./errors.js";
import { openAgain } from "./stdio.js";

const { O_WRONLY, O_APPEND, O_CREAT, O_NOFOLLOW, O_NONBLOCK, O_NOCTTY } = constants;
const flags = O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY;

/**
 * Opens a file to append to; it is made if need be, mode 0600. Links are not followed, and what belongs to
 * another user, who could read it, is refused.
 *
 * @throws {AgentError} `LOG_UNAVAILABLE`.
 */
export function openLogFile(path: string): number {
  let fd: number;
  try {
    fd = openSync(path, flags, 0o600);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new AgentError("LOG_UNAVAILABLE", `cannot open the log "${path}": ${why}`, { cause });
  }
  const { uid } = fstatSync(fd);
  if (uid !== process.getuid?.() && uid !== 0) {
    closeSync(fd);
    throw new AgentError("LOG_UNAVAILABLE", `cannot open the log "${path}": it belongs to user ${uid}`);
  }
  return fd;
}

/** Stderr as a descriptor on which no write has to wait, whoever does not read what is at its other end. */
export function openStderr(): number {
  const again = openAgain(2);
  // Node's own stream makes it not wait.
  if (again === undefined) process.stderr.on("error", () => undefined);
  return again ?? 2;
}

/** Says something on stderr before there is a log, and does not mind when nobody is there to hear it. */
export function complain(text: string): void {
  try {
    writeSync(openStderr(), text);
  } catch {
    // The exit status says it too.
  }
}
