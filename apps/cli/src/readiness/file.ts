import { access } from "node:fs";
import { promisify } from "node:util";
import type { Probe } from "./probe.js";

// Every `run` loads this, and few ask for it: `node:fs/promises` would cost them more.
const accessTo = promisify(access);

/** Ready when there is such a file, or anything else of that name. */
export function fileProbe(path: string): Probe {
  return async () => {
    await accessTo(path);
    return true;
  };
}
