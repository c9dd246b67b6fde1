import { type Stats, statSync } from "node:fs";

/** What is where a socket would be and is none; `undefined` when that is a socket, or cannot be seen. */
export function obstacleAt(path: string): string | undefined {
  try {
    return kindOf(statSync(path));
  } catch {
    return undefined;
  }
}

/** `undefined` for a socket. */
export function kindOf(stats: Stats): string | undefined {
  if (stats.isSocket()) return undefined;
  if (stats.isDirectory()) return "a directory";
  if (stats.isFIFO()) return "a named pipe";
  if (stats.isSymbolicLink()) return "a link";
  return stats.isFile() ? "a file" : "a device";
}
