import { closeSync, constants, createWriteStream, fstatSync, openSync, writeSync } from "node:fs";

const { O_WRONLY, O_APPEND, O_NONBLOCK, O_NOCTTY } = constants;

/** How long to wait for a reader who lags behind, in milliseconds. */
const pauseMs = 5;

/**
 * Has stdout and stderr written to as files are when they are pipes. The streams that they are otherwise have a pipe
 * refuse what it cannot take at once, to all who have it, and so a command that comes after us in a script would fail.
 * And any `pipe()` of a stream makes them, for it looks whether it leads there.
 *
 * Where a pipe cannot be opened once more it stays as it is: to log there must not hold up an agent.
 */
export function openStdio(): void {
  for (const [name, fd] of [
    ["stdout", 1],
    ["stderr", 2],
  ] as const) {
    if (!fstatSync(fd).isFIFO()) continue;
    const again = openAgain(fd);
    if (again === undefined) continue;
    closeSync(again);
    const value = createWriteStream("", { fd, autoClose: false });
    // Node lets it be defined only, and Bun would make the other first.
    if (!Reflect.set(process, name, value)) Object.defineProperty(process, name, { value });
  }
}

/** Stderr as a descriptor on which no write has to wait, whoever does not read what is at its other end. */
export function openStderr(): number {
  const again = openAgain(2);
  // Node's own stream makes it not wait.
  if (again === undefined) process.stderr.on("error", () => undefined);
  return again ?? 2;
}

/** Says something on stderr before there is a log, and does not mind when nobody is there to hear it. */
export function complain(text: string): void {
  try {
    writeSync(openStderr(), text);
  } catch {
    // The exit status says it too.
  }
}

/** Stdout takes no more. */
export class OutputError extends Error {
  override readonly name = "OutputError";
}

/** How much is printed at once, about, in characters. */
const atOnce = 65_536;

/**
 * Prints on stdout. Whoever pipes into `head` has read enough: that is no failure.
 *
 * @throws {OutputError} for any other reason why it cannot be written.
 */
export function print(parts: Iterable<string>): void {
  try {
    let text = "";
    for (const part of parts) {
      text += part;
      if (text.length < atOnce) continue;
      writeOut(text);
      text = "";
    }
    writeOut(text);
  } catch (cause) {
    if (!(cause instanceof Error && "code" in cause)) throw cause;
    if (cause.code === "EPIPE") return;
    throw new OutputError(`cannot write the output: ${cause.message}`, { cause });
  }
}

/** Writes all of it before it returns, also where others have set stdout to refuse what it cannot take at once. */
function writeOut(text: string): void {
  const data = Buffer.from(text);
  for (let written = 0; written < data.length; ) {
    try {
      written += writeSync(1, data, written);
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "EAGAIN")) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, pauseMs);
    }
  }
}

/**
 * The same file, pipe or terminal once more, on which no write has to wait; a terminal that is stopped (Ctrl-S) included.
 * `undefined` for a socket, for what we may not open, and without /proc.
 */
function openAgain(fd: 1 | 2): number | undefined {
  try {
    return openSync(`/proc/self/fd/${fd}`, O_WRONLY | O_APPEND | O_NONBLOCK | O_NOCTTY);
  } catch {
    return undefined;
  }
}
