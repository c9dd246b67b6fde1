import { constants, type Stats } from "node:fs";
import { type FileHandle, open, rename, rm } from "node:fs/promises";
import type { UnitEvent } from "@sync/manager";
import { beginning, beginWith, type End, encode, type JournalHead } from "./records.js";

const { O_RDWR, O_CREAT, O_TRUNC, O_NOFOLLOW } = constants;

/** A file that is open, and how it is. */
export interface OpenFile {
  readonly file: FileHandle;
  readonly stats: Stats;
}

/** Puts a new journal in the place of whatever there is, in one step. Its name is kept once its directory is synced. */
export async function writeAnew(
  path: string,
  head: JournalHead,
  state: Iterable<UnitEvent>,
): Promise<OpenFile & { readonly end: End }> {
  const fresh = `${path}.new`;
  const file = await open(fresh, O_RDWR | O_CREAT | O_TRUNC | O_NOFOLLOW, 0o600);
  try {
    const end = await writeRecords(file, beginWith(head, state), beginning);
    await file.sync();
    const stats = await file.stat();
    await rename(fresh, path);
    return { file, stats, end };
  } catch (error) {
    await file.close().catch(() => undefined);
    await rm(fresh, { force: true }).catch(() => undefined);
    throw error;
  }
}

/** Writes one record after another, behind those that end there. */
export async function writeRecords(
  file: FileHandle,
  contents: Iterable<string>,
  { bytes, checksum }: End,
): Promise<End> {
  let end = { bytes, checksum };
  for (const content of contents) {
    const { record, checksum } = encode(content, end.checksum);
    await writeFully(file, record, end.bytes);
    end = { bytes: end.bytes + record.length, checksum };
  }
  return end;
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
