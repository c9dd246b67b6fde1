import { accessSync, constants, realpathSync, statSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";

type Env = Readonly<Record<string, string | undefined>>;

/** Where `sync-agent` is: beside our own program, as it was called or as it is, else the first in PATH. */
export function agentProgram(program: string, env: Env): string | undefined {
  const beside = [program, realPath(program)].map((path) => join(dirname(path), "sync-agent"));
  return beside.find(isExecutable) ?? inPath("sync-agent", env)[0];
}

/** Every program of that name in PATH, in its order. */
export function inPath(name: string, { PATH = "" }: Env): string[] {
  const directories = PATH.split(delimiter).filter((directory) => directory !== "");
  return [...new Set(directories)].map((directory) => join(directory, name)).filter(isExecutable);
}

/** Where a path leads; the path itself when nothing is there, as after an update of the program. */
export function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
