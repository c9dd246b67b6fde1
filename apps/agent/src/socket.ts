import { lstatSync, mkdirSync, type Stats, unlinkSync } from "node:fs";
import { lstat } from "node:fs/promises";
import { createConnection, type Server } from "node:net";
import { dirname } from "node:path";
import { directoryObjection, maxSocketPathBytes } from "@sync/protocol";
import { AgentError } from "./errors.js";
import { FileLock } from "./lock.js";

/** A socket path that is ours alone. */
export interface ClaimedSocket {
  readonly path: string;
  /** Listens; the socket has mode 0600 from its first instant. */
  listen(server: Server, backlog: number): Promise<void>;
  release(): void;
}

/**
 * Takes a socket path for this process: makes its directory (0700), locks out other agents, and
 * removes the socket of one that has died.
 *
 * @throws {AgentError} `AGENT_ALREADY_RUNNING` when an agent lives there; `SOCKET_UNAVAILABLE` when
 * something else is in the way; `SOCKET_DIRECTORY_UNSAFE` when others could replace the socket.
 */
export async function claimSocket(path: string): Promise<ClaimedSocket> {
  const bytes = Buffer.byteLength(path);
  const most = maxSocketPathBytes(process.platform);
  if (bytes > most) throw unavailable(path, `the path has ${bytes} bytes, and ${most} is the most`);
  prepareDirectory(path);
  const lock = FileLock.take(`${path}.lock`, `socket path "${path}"`);
  try {
    await removeStale(path);
  } catch (error) {
    lock.release();
    throw error;
  }
  return { path, listen: (server, backlog) => listen(server, path, backlog), release: () => lock.release() };
}

function prepareDirectory(path: string): void {
  const directory = dirname(path);
  let stats: Stats;
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    stats = lstatSync(`${directory}/.`);
  } catch (cause) {
    throw unavailable(path, `its directory cannot be made: ${messageOf(cause)}`, cause);
  }
  const objection = directoryObjection(stats, process.getuid?.() ?? 0);
  if (objection !== undefined) {
    throw new AgentError("SOCKET_DIRECTORY_UNSAFE", `cannot use "${directory}": ${objection}`);
  }
}

/** Whoever holds the lock is alone here, so nothing can come between the look and the removal. */
async function removeStale(path: string): Promise<void> {
  // Not `lstatSync`: after one that has seen a socket, Node 20 does not resolve links in the next `import`.
  const stats = await lstat(path).catch((cause: unknown) => {
    if (isMissing(cause)) return undefined;
    throw unavailable(path, messageOf(cause), cause);
  });
  if (stats === undefined) return;
  if (!stats.isSocket()) throw unavailable(path, "there is a file that is not a socket");
  if (await answers(path)) {
    throw new AgentError(
      "AGENT_ALREADY_RUNNING",
      `socket path "${path}" is not available: an agent answers there`,
    );
  }
  try {
    unlinkSync(path);
  } catch (cause) {
    throw unavailable(path, `the socket that is left there cannot be removed: ${messageOf(cause)}`, cause);
  }
}

function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const connection = createConnection(path);
    connection.once("connect", () => {
      connection.destroy();
      resolve(true);
    });
    connection.once("error", (error) => {
      const isDead = "code" in error && (error.code === "ECONNREFUSED" || error.code === "ENOENT");
      resolve(!isDead);
    });
  });
}

function listen(server: Server, path: string, backlog: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const refuse = (cause: Error) => reject(unavailable(path, messageOf(cause), cause));
    server.once("error", refuse);
    const umask = process.umask(0o177);
    try {
      server.listen({ path, backlog }, () => {
        server.off("error", refuse);
        resolve();
      });
    } finally {
      process.umask(umask);
    }
  });
}

function unavailable(path: string, why: string, cause?: unknown): AgentError {
  return new AgentError("SOCKET_UNAVAILABLE", `cannot listen on "${path}": ${why}`, { cause });
}

function isMissing(cause: unknown): boolean {
  return cause instanceof Error && "code" in cause && cause.code === "ENOENT";
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
