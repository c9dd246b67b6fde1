import { statSync } from "node:fs";
import { dirname } from "node:path";
import { directoryObjection, socketPaths } from "@sync/protocol";
import { AgentError, type AgentErrorCode } from "./errors.js";
import { type ClaimedSocket, claimSocket } from "./socket.js";

/** What a place lacks; that somebody is there already is another matter. */
const unusable: ReadonlySet<AgentErrorCode> = new Set([
  "LOCK_UNAVAILABLE",
  "SOCKET_DIRECTORY_UNSAFE",
  "SOCKET_UNAVAILABLE",
]);

/**
 * Takes the socket path that was asked for, or the first of the usual places that can be used: after `su`,
 * `$XDG_RUNTIME_DIR` is another user's, and in many containers it is not there.
 *
 * @throws {AgentError} as `claimSocket` does; `AGENT_ALREADY_RUNNING` at a usual place as well.
 */
export async function claimPlace(asked: string | undefined): Promise<ClaimedSocket> {
  const uid = process.getuid?.() ?? 0;
  const [first = "", ...others] = socketPaths({ socketPath: asked, env: process.env, uid });
  if (others.length === 0) return claimSocket(first);

  const objections: string[] = [];
  for (const path of [first, ...others]) {
    try {
      checkBase(dirname(dirname(path)), uid);
      return await claimSocket(path);
    } catch (error) {
      if (!(error instanceof AgentError && unusable.has(error.code))) throw error;
      objections.push(error.message);
    }
  }
  throw new AgentError("SOCKET_UNAVAILABLE", ["no usual place can be used", ...objections].join("\n  "));
}

/** A usual place is made inside a directory that has to be there. */
function checkBase(directory: string, uid: number): void {
  const objection = objectionTo(directory, uid);
  if (objection !== undefined) {
    throw new AgentError("SOCKET_DIRECTORY_UNSAFE", `cannot use "${directory}": ${objection}`);
  }
}

function objectionTo(directory: string, uid: number): string | undefined {
  try {
    const stats = statSync(directory);
    return stats.isDirectory() ? directoryObjection(stats, uid) : "it is no directory";
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
