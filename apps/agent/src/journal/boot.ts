import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

/** Names the present run of the machine; empty where it has no name. */
export function bootId(): string {
  try {
    return process.platform === "linux"
      ? readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim()
      : execFileSync("sysctl", ["-n", "kern.bootsessionuuid"], { encoding: "utf8" }).trim();
  } catch {
    return "";
  }
}
