import { mkdtempSync, rmSync } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** As much as a command leaves in the journal. */
const record = Buffer.alloc(120, "x");

/** A file that is on the disk after each write, beside which an agent keeps its journal. */
export class SyncedFile implements AsyncDisposable {
  readonly #directory: string;
  readonly #file: FileHandle;

  private constructor(directory: string, file: FileHandle) {
    this.#directory = directory;
    this.#file = file;
  }

  static async create(): Promise<SyncedFile> {
    const directory = mkdtempSync(join(tmpdir(), "sync-bench-"));
    return new SyncedFile(directory, await open(join(directory, "file"), "w"));
  }

  /** Appends a little, and resolves with how long that has taken, in ms. */
  async append(): Promise<number> {
    const begin = performance.now();
    await this.#file.write(record);
    await this.#file.datasync();
    return performance.now() - begin;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#file.close();
    rmSync(this.#directory, { recursive: true, force: true });
  }
}
