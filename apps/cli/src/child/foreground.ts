import { readFileSync } from "node:fs";

/**
 * Whether our process group is the one to which its terminal sends what is typed, such as Ctrl-C. Where the
 * system does not say, it is taken for granted.
 */
export function isForeground(): boolean {
  try {
    // The name of the program, in parentheses, may contain anything. After it: state, ppid, pgrp, session, tty, tpgid.
    const stat = readFileSync("/proc/self/stat", "latin1");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return fields[2] === fields[5];
  } catch {
    return true;
  }
}
