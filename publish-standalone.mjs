// Publishes what `pnpm build:standalone` has written, but for what the registry has already. The apps name these packages
// as optional dependencies, so they come first.
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const folders = readdirSync("apps")
  .map((app) => join("apps", app, "npm"))
  .filter((folder) => existsSync(folder))
  .flatMap((folder) => readdirSync(folder).map((platform) => join(folder, platform)));

function isPublished(folder) {
  const { name, version } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const { stdout } = spawnSync("npm", ["view", `${name}@${version}`, "version"], { encoding: "utf8" });
  return stdout?.trim() === version;
}

for (const cwd of folders.filter((folder) => !isPublished(folder))) {
  execFileSync("pnpm", ["publish", "--no-git-checks"], { cwd, stdio: "inherit" });
}
