import { constants, type Stats } from "node:fs";
import { type FileHandle, open, rename, rm } from "node:fs/promises";
import { crc32 } from "node:zlib";
import type { UnitEvent } from "@sync/manager";
import { checksumBytes, encodeChecksum, headJson, type JournalHead } from "./records.js";

const { O_RDWR, O_CREAT, O_TRUNC, O_NOFOLLOW } = constants;

/** A file that is open, and how it is. */
export interface OpenFile {
  readonly file: FileHandle;
  readonly stats: Stats;
}

/** Puts a new journal in the place of whatever there is, in one step. Its name is kept once its directory is synced. */
export async function writeAnew(
  path: string,
  head: Omit<JournalHead, "events">,
  state: Iterable<UnitEvent>,
): Promise<OpenFile> {
  const fresh = `${path}.new`;
  const file = await open(fresh, O_RDWR | O_CREAT | O_TRUNC | O_NOFOLLOW, 0o600);
  try {
    await writeHead(file, head, state);
    await file.sync();
    const stats = await file.stat();
    await rename(fresh, path);
    return { file, stats };
  } catch (error) {
    await file.close().catch(() => undefined);
    await rm(fresh, { force: true }).catch(() => undefined);
    throw error;
  }
}

/** The checksum is known last, and comes first. */
async function writeHead(
  file: FileHandle,
  head: Omit<JournalHead, "events">,
  state: Iterable<UnitEvent>,
): Promise<void> {
  let checksum = 0;
  let bytes = checksumBytes;
  const append = async (piece: Buffer) => {
    await writeFully(file, piece, bytes);
    bytes += piece.length;
  };
  for (const piece of headJson(head, state)) {
    checksum = crc32(piece, checksum);
    await append(piece);
  }
  await append(Buffer.from("\n"));
  await writeFully(file, encodeChecksum(checksum), 0);
}

export async function writeFully(file: FileHandle, bytes: Buffer, position: number): Promise<void> {
  for (let written = 0; written < bytes.length; ) {
    const { bytesWritten } = await file.write(bytes, written, bytes.length - written, position + written);
    if (bytesWritten === 0) throw new Error("the disk takes nothing");
    written += bytesWritten;
  }
}

export async function cut(file: FileHandle, bytes: number): Promise<void> {
  await file.truncate(bytes);
  await file.datasync();
}

export async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, "r");
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}
