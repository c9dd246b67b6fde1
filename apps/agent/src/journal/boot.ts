import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { findProcess } from "../processes.js";

/**
 * Names the present run of the machine, or of the container; `undefined` where that cannot be known.
 *
 * When a container is started again the machine is not, but what ran in it has ended: its first process is
 * another one.
 */
export function bootId(): string | undefined {
  try {
    const boot = (process.platform === "linux" ? fromProc() : fromSysctl()).trim();
    return boot === "" ? undefined : `${boot}:${findProcess(1)?.started ?? ""}`;
  } catch {
    return undefined;
  }
}

function fromProc(): string {
  return readFileSync("/proc/sys/kernel/random/boot_id", "utf8");
}

function fromSysctl(): string {
  return execFileSync("sysctl", ["-n", "kern.bootsessionuuid"], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  });
}
