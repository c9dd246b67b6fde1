import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../..", import.meta.url));

/** Where each package that is published lives. */
export const folders: Readonly<Record<string, string>> = {
  "@sync/graph": "packages/graph",
  "@sync/manager": "packages/manager",
  "@sync/protocol": "packages/protocol",
  "@sync/agent": "apps/agent",
  "@sync/cli": "apps/cli",
};

/** What git knows of the repository, in a repository of its own. */
export function copyOfRepository() {
  const path = mkdtempSync(join(tmpdir(), "sync-release-"));
  const git = (cwd: string, ...args: string[]) => execFileSync("git", args, { cwd, encoding: "utf8" });
  const files = git(root, "ls-files", "--cached", "--others", "--exclude-standard", "-z")
    .split("\0")
    .filter(Boolean);
  for (const file of files) {
    mkdirSync(dirname(join(path, file)), { recursive: true });
    copyFileSync(join(root, file), join(path, file));
  }
  git(path, "init", "--quiet", "--initial-branch=main");
  git(path, "add", "--all");
  git(
    path,
    "-c",
    "user.name=test",
    "-c",
    "user.email=test@example.com",
    "commit",
    "--quiet",
    "--message=copy",
  );
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}
