import { fstatSync, readFileSync } from "node:fs";
import { isAbsolute } from "node:path";
import { AgentError } from "./errors.js";

/** A socket on which whoever has started us listens already, and goes on when we have ended. */
export interface HandedOver {
  readonly path: string;
  readonly fd: number;
}

/** The first descriptor that is handed over, in `sd_listen_fds(3)`. */
const firstDescriptor = 3;
const variables = ["LISTEN_PID", "LISTEN_PIDFDID", "LISTEN_FDS", "LISTEN_FDNAMES"] as const;

/**
 * Finds the socket that systemd, or who does as it does, has handed over to this process; `undefined` when
 * there is none. The variables that tell of it are removed, so that no child takes them for its own.
 *
 * @throws {AgentError} `SOCKET_UNAVAILABLE` when it is more than one, or none that an agent can listen on.
 */
export function handedOver(env: NodeJS.ProcessEnv, pid: number): HandedOver | undefined {
  const { LISTEN_PID, LISTEN_FDS } = env;
  for (const name of variables) delete env[name];
  if (LISTEN_PID !== String(pid) || LISTEN_FDS === undefined || LISTEN_FDS === "0") return undefined;
  if (LISTEN_FDS !== "1") {
    throw unusable(`LISTEN_FDS is "${LISTEN_FDS}", and an agent has one socket: one ListenStream=`);
  }
  return { path: pathOf(firstDescriptor), fd: firstDescriptor };
}

/** What is behind a flag of `/proc/net/unix` that says that somebody listens. */
const listens = 0x1_0000;
const isStream = "0001";

/** Node does not tell where a socket is bound that it has not bound itself; the kernel does, by its inode. */
function pathOf(fd: number): string {
  const inode = String(fstatSync(fd).ino);
  const line = readFileSync("/proc/self/net/unix", "utf8")
    .split("\n")
    .map((text) => /^\S+ \S+ \S+ (\S+) (\S+) \S+ +(\d+)(?: (.*))?$/.exec(text))
    .find((fields) => fields?.[3] === inode);
  if (!line) throw unusable("it is no Unix socket, or one that cannot be seen here (PrivateNetwork=)");
  const [, flags = "", type, , path = ""] = line;
  if (type !== isStream) throw unusable("it is a Unix socket, but no stream: ListenStream= makes one");
  if ((Number.parseInt(flags, 16) & listens) === 0)
    throw unusable("nobody listens on it: Accept= must be no");
  if (!isAbsolute(path)) throw unusable(`its address is "${path}", which is no absolute path`);
  return path;
}

function unusable(why: string): AgentError {
  return new AgentError("SOCKET_UNAVAILABLE", `cannot listen on the socket that was handed over: ${why}`);
}
