import { statSync } from "node:fs";
import { directoryObjection } from "@sync/protocol";

/** Why there can be no socket in a directory; `undefined` when there can. */
export function objectionTo(directory: string, uid: number): string | undefined {
  try {
    const stats = statSync(directory, { throwIfNoEntry: false });
    if (stats === undefined) {
      return "there is no such directory";
    }
    return stats.isDirectory() ? directoryObjection(stats, uid) : "it is no directory";
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
