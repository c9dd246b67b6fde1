import { closeSync, constants, fstatSync, openSync } from "node:fs";
import { AgentError } from "./errors.js";

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
