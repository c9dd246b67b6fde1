import { access } from "node:fs/promises";
import type { Probe } from "./probe.js";

/** Ready when there is such a file, or anything else of that name. */
export function fileProbe(path: string): Probe {
  return async () => {
    await access(path);
    return true;
  };
}
