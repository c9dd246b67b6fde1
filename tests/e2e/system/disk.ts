import { execFileSync } from "node:child_process";
import { mkdtempSync, rmdirSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A file system of our own. */
export class Disk implements Disposable {
  readonly path = mkdtempSync(join(tmpdir(), "sync-disk-"));

  /** One in memory; `options` are those of mount(8): `size=64k,nr_inodes=10`. */
  static inMemory(options: string): Disk {
    const disk = new Disk();
    execFileSync("mount", ["-t", "tmpfs", "-o", `mode=700,${options}`, "tmpfs", disk.path]);
    return disk;
  }

  /** One in a file, which the kernel can be told to find broken. */
  static inFile(): Disk {
    const disk = new Disk();
    execFileSync("truncate", ["--size", "16M", disk.#image]);
    execFileSync("mkfs.ext4", ["-q", disk.#image]);
    execFileSync("mount", ["-o", "loop", disk.#image, disk.path]);
    return disk;
  }

  remount(options: string): void {
    execFileSync("mount", ["-o", `remount,${options}`, this.path]);
  }

  /** Mounts one in a file again, as after its errors have been seen to. */
  repair(): void {
    execFileSync("umount", [this.path]);
    execFileSync("mount", ["-o", "loop", this.#image, this.path]);
  }

  /** Takes all the room that is left. */
  fill(): void {
    const { bavail, bsize } = statfsSync(this.path);
    writeFileSync(this.#filler, Buffer.alloc(bavail * bsize));
  }

  /** Gives it back. */
  empty(): void {
    rmSync(this.#filler);
  }

  [Symbol.dispose](): void {
    execFileSync("umount", [this.path]);
    rmdirSync(this.path);
    rmSync(this.#image, { force: true });
  }

  get #image(): string {
    return `${this.path}.image`;
  }

  get #filler(): string {
    return join(this.path, "filler");
  }
}

/** Flags that keep an agent's journal there. */
export function journalOn({ path }: Disk): string[] {
  return ["--journal", join(path, "journal")];
}
