import type { Stats } from "node:fs";
import { lstat } from "node:fs/promises";

/** What tells a file from another one that gets its name. */
export type FileId = Pick<Stats, "dev" | "ino">;

/** What a path leads to while that is still this file; somebody may have removed or replaced it. */
export async function sameFile(path: string, { dev, ino }: FileId): Promise<Stats | undefined> {
  const found = await lstat(path).catch(() => undefined);
  return found?.dev === dev && found.ino === ino ? found : undefined;
}
