import { createWriteStream, fstatSync } from "node:fs";

/**
 * In the executable that needs no Node, stdout and stderr are written as files are when they are pipes. Bun's own
 * streams would have a pipe refuse what it cannot take at once, to all who have it: the next command of the script that
 * has started us would fail. And any `pipe()` of a stream makes them, for it looks whether it leads there.
 */
export function openStdio(): void {
  if (process.versions["bun"] === undefined) return;
  for (const [name, fd] of [
    ["stdout", 1],
    ["stderr", 2],
  ] as const) {
    if (!fstatSync(fd).isFIFO()) continue;
    // Set, and not defined, which would make the other first.
    Reflect.set(process, name, createWriteStream("", { fd, autoClose: false }));
  }
}
