import { accessSync, constants, statSync } from "node:fs";
import { CannotRun } from "./cannot-run.js";

/** Where the system looks without a PATH. */
const systemPath = "/bin:/usr/bin";

/**
 * The file that the system runs for the first word of a command. It is looked for here because Bun looks for
 * something else.
 *
 * @throws {CannotRun}
 */
export function findProgram(word: string, path = systemPath): string {
  if (word.includes("/")) {
    return word;
  }
  let code = "ENOENT";
  for (const folder of path.split(":")) {
    // Without a name it is the one where we are.
    const file = `${folder === "" ? "." : folder}/${word}`;
    try {
      const stats = statSync(file, { throwIfNoEntry: false });
      if (stats?.isFile() === true) {
        accessSync(file, constants.X_OK);
        return file;
      }
      if (stats !== undefined) code = "EACCES";
    } catch (error) {
      if (error instanceof Error && "code" in error && error.code === "EACCES") code = "EACCES";
    }
  }
  throw new CannotRun(word, code);
}
