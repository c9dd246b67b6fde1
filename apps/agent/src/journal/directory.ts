import { constants } from "node:fs";
import { type FileHandle, lstat, mkdir, open, rename } from "node:fs/promises";
import { dirname, join } from "node:path";
import { AgentError } from "../errors.js";
import { FileLock } from "../lock.js";
import { CorruptRecord, headOf, JournalReader, type Scan } from "./reader.js";
import type { JournalHead } from "./records.js";

const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants;

/** How much of a journal is read at once, in bytes. */
const chunkBytes = 1_048_576;

export function journalPath(directory: string): string {
  return join(directory, "journal");
}

/** @throws {AgentError} `AGENT_ALREADY_RUNNING`, `LOCK_UNAVAILABLE`. */
export function lockJournal(directory: string): FileLock {
  return FileLock.take(join(directory, "lock"), `the journal "${journalPath(directory)}"`);
}

/** Makes a directory if need be (0700). Whoever can write there could put another journal in its place. */
export async function makeDirectory(path: string): Promise<void> {
  await makeWithParents(path);
  const stats = await lstat(path);
  if (!stats.isDirectory()) throw new Error("it is not a directory");
  if (stats.uid !== process.getuid?.()) throw new Error(`its directory belongs to user ${stats.uid}`);
  if ((stats.mode & 0o022) !== 0) throw new Error("others can write to its directory");
}

/** Node's own way, of a disk that is full or read-only, says that there is no such directory. */
async function makeWithParents(path: string): Promise<void> {
  try {
    await mkdir(path, 0o700);
  } catch (error) {
    if (isCoded(error, "EEXIST")) return;
    if (!isCoded(error, "ENOENT")) throw error;
    await makeWithParents(dirname(path));
    await mkdir(path, 0o700);
  }
}

function isCoded(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}

/**
 * What a journal file begins with; `undefined` when there is none.
 *
 * @throws {AgentError} as {@link readJournal}.
 */
export function readHead(path: string): Promise<JournalHead | undefined> {
  return readFrom(path, async (file) => {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(4_096), 0, 4_096, 0);
    return headOf(buffer.subarray(0, bytesRead));
  });
}

/**
 * What a journal file holds; `undefined` when there is none.
 *
 * @throws {AgentError} `JOURNAL_CORRUPT`, with the `CorruptRecord` as cause; `JOURNAL_UNAVAILABLE`.
 */
export function readJournal(path: string): Promise<Scan | undefined> {
  return readFrom(path, async (file) => {
    const reader = new JournalReader();
    const chunks = file.createReadStream({ highWaterMark: chunkBytes, autoClose: false });
    for await (const chunk of chunks) reader.add(chunk);
    return reader.end();
  });
}

async function readFrom<Result>(
  path: string,
  read: (file: FileHandle) => Promise<Result>,
): Promise<Result | undefined> {
  let file: FileHandle;
  try {
    // A pipe would keep us waiting for its writer.
    file = await open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  } catch (cause) {
    if (isCoded(cause, "ENOENT")) return undefined;
    throw unavailable(path, "open", cause);
  }
  try {
    if (!(await file.stat()).isFile()) throw new Error("it is not a file");
    return await read(file);
  } catch (cause) {
    if (!(cause instanceof CorruptRecord)) throw unavailable(path, "read", cause);
    throw new AgentError("JOURNAL_CORRUPT", `the journal "${path}" is damaged: ${cause.message}`, { cause });
  } finally {
    await file.close();
  }
}

/** @returns where it is now. */
export async function putAside(path: string): Promise<string> {
  const old = `${path}.old`;
  await attempt(path, "put aside", () => rename(path, old));
  return old;
}

/** Does what may fail because of the disk, and says then that the journal is not available. */
export async function attempt<Result>(
  path: string,
  act: string,
  run: () => Promise<Result>,
): Promise<Result> {
  try {
    return await run();
  } catch (cause) {
    throw unavailable(path, act, cause);
  }
}

export function unavailable(path: string, act: string, cause: unknown): AgentError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new AgentError("JOURNAL_UNAVAILABLE", `cannot ${act} the journal "${path}": ${why}`, { cause });
}
