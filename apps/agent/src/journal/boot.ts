import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { findProcess } from "../processes.js";

/**
 * Names the present run of the machine, or of the container; `undefined` where that cannot be known.
 *
 * A container that is started again is on a machine that has not been, but what ran in it has ended: its
 * first process is another one.
 */
export function bootId(): string | undefined {
  try {
    if (process.platform !== "linux")
      return execFileSync("sysctl", ["-n", "kern.bootsessionuuid"], { encoding: "utf8" }).trim();
    const boot = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
    return `${boot}:${findProcess(1)?.started ?? ""}`;
  } catch {
    return undefined;
  }
}
