import { fstatSync, writeSync } from "node:fs";

export interface Output {
  readonly isTTY?: boolean;
  readonly columns?: number;
  /** Returns `false` when nothing can be written there any longer. */
  readonly write: (data: string | Uint8Array) => boolean;
}

/** How long to wait for a reader who lags behind, in milliseconds. */
const pauseMs = 5;

/**
 * Stdout or stderr, where all is written before `write` returns. What becomes of that otherwise, `onError` is told.
 *
 * Only a terminal is written to by the process's own stream. That would have a pipe refuse what it cannot take at once,
 * to all who have it: with Bun also to the next command of a script. What cannot be a terminal is not asked whether it
 * is one, for that loads all of Node's network.
 */
export function openOutput(fd: 1 | 2, onError: (error: unknown) => void): Output {
  if (!fstatSync(fd).isCharacterDevice()) {
    return {
      write: (data) => {
        try {
          writeAll(fd, Buffer.from(data));
          return true;
        } catch (error) {
          onError(error);
          return false;
        }
      },
    };
  }
  const terminal = fd === 1 ? process.stdout : process.stderr;
  terminal.on("error", onError);
  return {
    isTTY: terminal.isTTY,
    get columns() {
      return terminal.columns;
    },
    write: (data) => {
      terminal.write(data);
      return terminal.writable;
    },
  };
}

function writeAll(fd: number, data: Uint8Array): void {
  let written = 0;
  while (written < data.length) {
    try {
      written += writeSync(fd, data, written);
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "EAGAIN")) {
        throw error;
      }
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, pauseMs);
    }
  }
}
