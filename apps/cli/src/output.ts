import { fstatSync, write } from "node:fs";

export interface Output {
  readonly isTTY?: boolean;
  readonly columns?: number;
  /** Writes behind what is to be written already, while everything else goes on. */
  readonly write: (data: string | Uint8Array) => void;
  /** Resolves when that is done: with `false` when nothing can be written there any longer. */
  readonly written: () => Promise<boolean>;
}

/** How long to wait for a reader who lags behind, in milliseconds. */
const pauseMs = 5;

/**
 * Stdout or stderr. The first thing that cannot be written `onError` is told, and nothing follows it.
 *
 * Only what may be a terminal is written to by the process's own stream. That would have a pipe refuse what it cannot
 * take at once, to all who have it: with Bun also to the next command of a script. What cannot be a terminal is not
 * asked whether it is one, for that loads all of Node's network.
 */
export function openOutput(fd: 1 | 2, onError: (error: unknown) => void): Output {
  return fstatSync(fd).isCharacterDevice() ? openTerminal(fd, onError) : openFile(fd, onError);
}

function openFile(fd: number, onError: (error: unknown) => void): Output {
  let last = Promise.resolve(true);
  const writeNext = async (data: Uint8Array): Promise<boolean> => {
    try {
      await writeAll(fd, data);
      return true;
    } catch (error) {
      onError(error);
      return false;
    }
  };
  return {
    write: (data) => {
      const bytes = Buffer.from(data);
      last = last.then((isOpen) => isOpen && writeNext(bytes));
    },
    written: () => last,
  };
}

function openTerminal(fd: 1 | 2, onError: (error: unknown) => void): Output {
  const terminal = fd === 1 ? process.stdout : process.stderr;
  let isOpen = true;
  // Each write after the first that has failed may fail as well.
  terminal.on("error", (error) => {
    if (isOpen) onError(error);
    isOpen = false;
  });
  return {
    isTTY: terminal.isTTY,
    get columns() {
      return terminal.columns;
    },
    write: (data) => {
      if (isOpen) terminal.write(data);
    },
    written: () =>
      new Promise((resolve) => {
        if (isOpen) terminal.write("", (error) => resolve(error == null));
        else resolve(false);
      }),
  };
}

async function writeAll(fd: number, data: Uint8Array): Promise<void> {
  for (let written = 0; written < data.length; ) {
    try {
      written += await writeSome(fd, data, written);
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "EAGAIN")) throw error;
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
  }
}

function writeSome(fd: number, data: Uint8Array, offset: number): Promise<number> {
  return new Promise((resolve, reject) => {
    write(fd, data, offset, (error, count) => (error === null ? resolve(count) : reject(error)));
  });
}
