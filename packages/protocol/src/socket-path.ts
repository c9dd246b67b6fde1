interface SocketPathOptions {
  /** What the user asked for, as a flag; empty is the same as not given. */
  readonly socketPath?: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly uid: number;
}

/**
 * Where the agent's socket can be, the likeliest path first; never empty.
 *
 * A path that was asked for, by flag or by `SYNC_SOCKET_PATH`, is the only one. Without one there are
 * several, because a script run by cron or sudo sees another environment than the agent did: a client
 * tries each in turn, an agent listens on the first it can make.
 */
export function socketPaths({ socketPath, env, uid }: SocketPathOptions): string[] {
  const { SYNC_SOCKET_PATH, XDG_RUNTIME_DIR, TMPDIR } = env;
  const asked = socketPath || SYNC_SOCKET_PATH;
  if (asked) {
    return [asked];
  }

  const paths = [
    ...(XDG_RUNTIME_DIR ? [inDirectory(XDG_RUNTIME_DIR, "sync")] : []),
    inDirectory(`/run/user/${uid}`, "sync"),
    ...(TMPDIR ? [inDirectory(TMPDIR, temporaryName(uid))] : []),
    inDirectory("/tmp", temporaryName(uid)),
  ];
  return [...new Set(paths)];
}

/** The name of a user's own directory under a temp root that all users share. */
export function temporaryName(uid: number): string {
  return `sync-${uid}`;
}

/**
 * The longest socket path, in bytes, that the system has room for. Node 20 cuts a longer one off without a
 * word and goes on with another path, so whoever listens or connects must look first.
 */
export function maxSocketPathBytes(platform: string): number {
  return platform === "linux" ? 107 : 103;
}

/**
 * Why a directory is no place for a socket: others could put their own in its place. Its owner may be us or
 * root, and nobody else may write to it, unless it is sticky as `/tmp` is.
 */
export function directoryObjection(
  { uid, mode }: { readonly uid: number; readonly mode: number },
  ourUid: number,
): string | undefined {
  if (uid !== ourUid && uid !== 0) {
    return `it belongs to user ${uid}`;
  }
  const isSticky = (mode & 0o1000) !== 0;
  return (mode & 0o022) !== 0 && !isSticky
    ? `others can write to it (mode ${(mode & 0o7777).toString(8)}), so they could replace the socket`
    : undefined;
}

/** A trailing slash is dropped, so that `TMPDIR=/tmp/` and `/tmp` are the same place. */
function inDirectory(root: string, directory: string): string {
  return `${root.replace(/\/+$/, "")}/${directory}/agent.sock`;
}
