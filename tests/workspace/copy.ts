import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** What is made by tools, and not part of the repository. */
const made = new Set([
  ".cache",
  ".git",
  ".results",
  ".turbo",
  "coverage",
  "dist",
  "man",
  "node_modules",
  "npm",
]);

/** A copy of the repository's own files, with the tools of the original, that may be changed. */
export class Copy implements Disposable {
  readonly path = realpathSync(mkdtempSync(`${tmpdir()}/sync-copy-`));

  constructor() {
    cpSync(root, this.path, { recursive: true, filter: (file) => !made.has(basename(file)) });
    symlinkSync(`${root}node_modules`, `${this.path}/node_modules`);
  }

  /** Runs a program, and gives what it prints to stdout. */
  run(command: string, ...args: string[]): string {
    const { PATH } = process.env;
    const { status, stdout, stderr } = spawnSync(command, args, {
      cwd: this.path,
      encoding: "utf8",
      maxBuffer: 64 * 1024 * 1024,
      env: { ...process.env, PATH: `${root}node_modules/.bin:${PATH}` },
    });
    if (status !== 0) {
      throw new Error(`${command} ${args.join(" ")} ended with ${status}:\n${stdout}${stderr}`);
    }
    return stdout;
  }

  /** Makes the copy a repository of its own with one commit. */
  commit(): void {
    this.run("git", "init", "--quiet", "--initial-branch=main");
    this.run("git", "add", ".");
    const author = ["-c", "user.name=test", "-c", "user.email=test@localhost"];
    this.run("git", ...author, "commit", "--quiet", "--message=all");
  }

  [Symbol.dispose](): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}
