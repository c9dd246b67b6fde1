import { chmodSync, lchownSync, lstatSync, mkdirSync, type Stats, statSync, unlinkSync } from "node:fs";
import { lstat } from "node:fs/promises";
import { createConnection, type Server } from "node:net";
import { dirname, resolve } from "node:path";
import { directoryObjection, maxSocketPathBytes } from "@sync/protocol";
import { type Access, octal } from "./access.js";
import type { HandedOver } from "./activation.js";
import { AgentError } from "./errors.js";
import { FileLock } from "./lock.js";

/** A socket path that is ours alone. */
export interface ClaimedSocket {
  readonly path: string;
  /** Listens; at no instant does the socket let in more than it was claimed for. */
  listen(server: Server, backlog: number): Promise<void>;
  release(): void;
}

/**
 * Takes a socket path for this process: makes its directory (0700, or so that who may use the socket gets
 * through), locks out other agents, and removes the socket of one that has died.
 *
 * @throws {AgentError} `AGENT_ALREADY_RUNNING` when an agent lives there; `SOCKET_UNAVAILABLE` when
 * something else is in the way; `SOCKET_DIRECTORY_UNSAFE` when others could replace the socket.
 */
export async function claimSocket(path: string, access: Access): Promise<ClaimedSocket> {
  const bytes = Buffer.byteLength(path);
  const most = maxSocketPathBytes(process.platform);
  if (bytes > most) throw unavailable(path, `the path has ${bytes} bytes, and ${most} is the most`);
  prepareDirectory(path, access);
  const lock = FileLock.take(`${path}.lock`, `socket path "${path}"`);
  try {
    await removeStale(path);
  } catch (error) {
    lock.release();
    throw error;
  }
  return {
    path,
    listen: (server, backlog) => listening(server, path, () => bind(server, path, backlog, access)),
    release: () => lock.release(),
  };
}

/**
 * Takes a socket that was bound by another process, and stays when this one has ended; locks out other agents.
 *
 * @throws {AgentError} as `claimSocket` does.
 */
export function adoptSocket({ path, fd }: HandedOver): ClaimedSocket {
  checkDirectory(dirname(path), lstatSync(`${dirname(path)}/.`));
  const lock = FileLock.take(`${path}.lock`, `socket path "${path}"`);
  return {
    path,
    // Of this overload alone Node takes the backlog; its own default is shorter than that of systemd.
    listen: (server, backlog) => listening(server, path, () => server.listen({ fd }, backlog)),
    release: () => lock.release(),
  };
}

function prepareDirectory(path: string, access: Access): void {
  const directory = dirname(path);
  let stats: Stats;
  try {
    const first = mkdirSync(directory, { recursive: true, mode: 0o700 });
    if (first !== undefined) openMade(first, directory, access);
    stats = lstatSync(`${directory}/.`);
  } catch (cause) {
    throw unavailable(path, `its directory cannot be made: ${messageOf(cause)}`, cause);
  }
  checkDirectory(directory, stats);
  checkWay(path, access);
}

function checkDirectory(directory: string, stats: Stats): void {
  const objection = directoryObjection(stats, process.getuid?.() ?? 0);
  if (objection !== undefined) {
    throw new AgentError("SOCKET_DIRECTORY_UNSAFE", `cannot use "${directory}": ${objection}`);
  }
}

/** A socket can be used by who can write to it, and gets there. */
function wayFor({ mode }: Access): number {
  return ((mode & 0o020) === 0 ? 0 : 0o010) | ((mode & 0o002) === 0 ? 0 : 0o001);
}

/** Lets those through who may use the socket: of the directories that were just made, and of no other. */
function openMade(first: string, last: string, access: Access): void {
  const way = wayFor(access);
  if (way === 0) return;
  for (let made = resolve(last); made.length >= resolve(first).length; made = dirname(made)) {
    if (access.gid !== undefined) lchownSync(made, -1, access.gid);
    chmodSync(made, 0o700 | way);
  }
}

/** Otherwise nobody would say why the others get nowhere. What is there already is not opened for them. */
function checkWay(path: string, access: Access): void {
  const way = wayFor(access);
  const gid = access.gid ?? process.getegid?.();
  for (let at = resolve(path); way !== 0 && at !== dirname(at); at = dirname(at)) {
    const directory = dirname(at);
    const { mode, gid: theirs } = statSync(directory);
    const isOpen = (mode & 0o001) !== 0 || (way === 0o010 && gid === theirs && (mode & 0o010) !== 0);
    if (!isOpen) {
      const who = way === 0o010 ? `group ${gid}` : "others";
      const found = `mode ${octal(mode & 0o7777)}, group ${theirs}`;
      throw unavailable(path, `${who} may use the socket, but cannot get through "${directory}" (${found})`);
    }
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

/** Says whether somebody listens; rejects when that cannot be known. */
function answers(path: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const connection = createConnection(path);
    connection.once("connect", () => {
      connection.destroy();
      resolve(true);
    });
    connection.once("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "ECONNREFUSED" || error.code === "ENOENT") resolve(false);
      else if (error.code === "EAGAIN") resolve(true);
      else reject(unavailable(path, `there is a socket that cannot be used: ${error.message}`, error));
    });
  });
}

/** Resolves when the server listens; what `begin` throws, or the server reports, is why it cannot. */
function listening(server: Server, path: string, begin: () => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const refuse = (cause: unknown) => reject(unavailable(path, messageOf(cause), cause));
    server.once("error", refuse);
    server.once("listening", () => {
      server.off("error", refuse);
      resolve();
    });
    try {
      begin();
    } catch (cause) {
      server.close();
      refuse(cause);
    }
  });
}

/**
 * Binds the socket, so that at no instant it lets in more than was asked for: `bind(2)` makes it with what the
 * umask leaves, and all of this happens before anything else of this process does. A socket that is for another
 * group than ours begins as its owner's alone: it is opened when it has changed hands, and never for our group.
 */
function bind(server: Server, path: string, backlog: number, { mode, gid }: Access): void {
  const umask = process.umask(0o777 & ~(gid === undefined ? mode : mode & 0o700));
  try {
    server.listen({ path, backlog });
  } finally {
    process.umask(umask);
  }
  // What has failed is reported in a moment.
  if (gid === undefined || !server.listening) return;
  lchownSync(path, -1, gid);
  chmodSync(path, mode);
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
