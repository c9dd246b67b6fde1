import { closeSync, fstatSync } from "node:fs";

/**
 * Closes each of the input and outputs whose terminal has gone: Node sets a terminal back at its end, and aborts when
 * that cannot be done.
 */
export function closeLostTerminals(): void {
  for (const fd of [0, 1, 2]) {
    // What could tell is loaded only for a device, for that takes longer than all of this.
    if (isDevice(fd) && !process.getBuiltinModule("node:tty").isatty(fd)) closeSync(fd);
  }
}

function isDevice(fd: number): boolean {
  try {
    return fstatSync(fd).isCharacterDevice();
  } catch {
    return false;
  }
}
