import { createWriteStream, fstatSync } from "node:fs";

/**
 * Has stdout and stderr written to as files are when they are pipes. The streams that they are otherwise have a pipe
 * refuse what it cannot take at once, to all who have it, and so a command that comes after us in a script would fail.
 * And any `pipe()` of a stream makes them, for it looks whether it leads there.
 */
export function openStdio(): void {
  for (const [name, fd] of [
    ["stdout", 1],
    ["stderr", 2],
  ] as const) {
    if (!fstatSync(fd).isFIFO()) continue;
    const value = createWriteStream("", { fd, autoClose: false });
    // Node lets it be defined only, and Bun would make the other first.
    if (!Reflect.set(process, name, value)) Object.defineProperty(process, name, { value });
  }
}
