import { access } from "node:fs";
import { promisify } from "node:util";
import type { Probe } from "./probe.js";

/** Ready when there is such a file, or anything else of that name. */
export function fileProbe(path: string): Probe {
  return async () => {
    await promisify(access)(path);
    return true;
  };
}
