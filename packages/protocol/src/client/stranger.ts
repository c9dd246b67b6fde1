import { lstat, stat } from "node:fs";
import { basename, dirname, isAbsolute } from "node:path";
import { promisify } from "node:util";
import { temporaryName } from "../socket-path.js";

// `node:fs/promises` would load more than all the rest of a call does.
const lstatOf = promisify(lstat);
const statOf = promisify(stat);

/**
 * Says whether a stranger may have put a socket there, to answer in the agent's place. We and root are none.
 * Whatever else is on the way to it, the socket and each of its directories, counts as a stranger's where
 * others can make files, as under `/tmp`. Where only root can, as in `/run`, its owner is whom root has chosen.
 *
 * Nobody else can replace what it has approved, but what is not there could be made in the next moment: that
 * it throws for, so that nobody connects.
 */
export async function isStrangers(path: string): Promise<boolean> {
  const uid = process.getuid?.();
  if (uid === undefined) {
    return false;
  }
  for (let at = isAbsolute(path) ? path : `${process.cwd()}/${path}`; at !== dirname(at); at = dirname(at)) {
    // Not `stat`: a link is its maker's, wherever it leads.
    const owner = (await lstatOf(at)).uid;
    if (owner === uid || owner === 0) {
      continue;
    }
    if (basename(at) === temporaryName(uid) || (await isOpen(dirname(at)))) {
      return true;
    }
  }
  return false;
}

/** Whether not only its owner can make files in a directory, sticky or not. */
async function isOpen(directory: string): Promise<boolean> {
  return ((await statOf(directory)).mode & 0o022) !== 0;
}
