import { readdirSync, readFileSync } from "node:fs";

/** The flag of a descriptor that no other program is given. */
const closeOnExec = 0o2_000_000;

/**
 * Above the standard ones, the descriptors that a program has which we start: those that our parent has, as far as Node
 * does not keep them to itself, which it does up to the first gap. None without /proc: macOS gives a program only what
 * it is told to.
 */
export function inheritedDescriptors(): number[] {
  try {
    return readdirSync("/proc/self/fd")
      .map(Number)
      .filter((fd) => fd > 2 && isInherited(fd));
  } catch {
    return [];
  }
}

function isInherited(fd: number): boolean {
  try {
    const [, flags = ""] = /^flags:\s*(\d+)$/m.exec(readFileSync(`/proc/self/fdinfo/${fd}`, "utf8")) ?? [];
    return (Number.parseInt(flags, 8) & closeOnExec) === 0;
  } catch {
    // It is that of the directory which was read, and is closed.
    return false;
  }
}
