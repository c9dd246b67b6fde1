import { closeSync } from "node:fs";
import { isatty } from "node:tty";

/** Those of the input and outputs that lead to a terminal. */
export function ownTerminals(): number[] {
  return [0, 1, 2].filter((number) => isatty(number));
}

/** Closes each whose terminal has gone, for Node sets a terminal back at its end, and aborts when that cannot be done. */
export function closeLost(terminals: readonly number[]): void {
  for (const number of terminals) {
    if (!isatty(number)) {
      closeSync(number);
    }
  }
}
