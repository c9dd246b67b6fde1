import { statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { directoryObjection, socketPaths } from "@sync/protocol";
import { type Access, type AccessOptions, accessOf } from "./access.js";
import { type HandedOver, handedOver } from "./activation.js";
import { AgentError, type AgentErrorCode } from "./errors.js";
import { adoptSocket, type ClaimedSocket, claimSocket } from "./socket.js";

interface PlaceOptions extends AccessOptions {
  readonly socketPath?: string | undefined;
}

/** What a place lacks; that somebody is there already is another matter. */
const unusable: ReadonlySet<AgentErrorCode> = new Set([
  "LOCK_UNAVAILABLE",
  "SOCKET_DIRECTORY_UNSAFE",
  "SOCKET_UNAVAILABLE",
]);

/**
 * Takes the socket that was handed over to this process. Without one: the socket path that was asked for, or the
 * first of the usual places that can be used; after `su`, `$XDG_RUNTIME_DIR` is another user's, and in many
 * containers it is not there.
 *
 * @throws {AgentError} as `claimSocket` does; `AGENT_ALREADY_RUNNING` at a usual place as well.
 */
export async function takePlace({ socketPath, ...access }: PlaceOptions): Promise<ClaimedSocket> {
  const handed = handedOver(process.env, process.pid);
  const uid = process.getuid?.() ?? 0;
  const [first = "", ...others] = socketPaths({ socketPath, env: process.env, uid });
  if (handed !== undefined) {
    checkHanded(handed, others.length === 0 ? first : undefined, access);
    return adoptSocket(handed);
  }
  return claimFirst([first, ...others], accessOf(access), uid);
}

/** Says what of our own settings does not hold for a socket that another process has made. */
function checkHanded({ path }: HandedOver, asked: string | undefined, access: AccessOptions): void {
  const refuse = (why: string) => {
    throw new AgentError("SOCKET_UNAVAILABLE", `cannot listen on "${path}", which was handed over: ${why}`);
  };
  if (asked !== undefined && resolve(asked) !== path) refuse(`"${asked}" was asked for`);
  if (access.socketMode !== undefined || access.socketGroup !== undefined) {
    refuse("its mode and group are set by who has made it: SocketMode= and SocketGroup=");
  }
}

async function claimFirst(paths: readonly string[], access: Access, uid: number): Promise<ClaimedSocket> {
  const [first = "", ...others] = paths;
  if (others.length === 0) return claimSocket(first, access);

  const objections: string[] = [];
  for (const path of paths) {
    try {
      checkBase(dirname(dirname(path)), uid);
      return await claimSocket(path, access);
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
