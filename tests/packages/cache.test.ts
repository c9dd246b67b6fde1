import { execFileSync } from "node:child_process";
import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { copyOfRepository, folders, root } from "./repository.js";

interface DryRun {
  readonly tasks: readonly { readonly taskId: string; readonly hash: string }[];
}

/** What each task of the build depends on, as one hash: the same hash is a cache hit. */
function hashes(path: string): Record<string, string> {
  const turbo = join(root, "node_modules/.bin/turbo");
  const output = execFileSync(turbo, ["run", "build", "--dry=json"], {
    cwd: path,
    encoding: "utf8",
    stdio: "pipe",
  });
  const { tasks } = JSON.parse(output.slice(output.indexOf("{"))) as DryRun;
  const builds = tasks.filter(({ taskId }) => taskId.replace("#build", "") in folders);
  return Object.fromEntries(builds.map(({ taskId, hash }) => [taskId, hash]));
}

it("a second build is served from the cache, and a change in one package rebuilds what depends on it only", () => {
  using copy = copyOfRepository();
  const first = hashes(copy.path);
  expect(Object.keys(first)).toContain("@sync/graph#build");
  expect(hashes(copy.path)).toEqual(first);

  const rebuilt = (file: string) => {
    const before = hashes(copy.path);
    appendFileSync(join(copy.path, file), "\n");
    return Object.entries(hashes(copy.path))
      .flatMap(([task, hash]) => (hash === before[task] ? [] : task))
      .sort();
  };
  expect(rebuilt("apps/cli/src/main.ts")).toEqual(["@sync/cli#build"]);
  expect(rebuilt("packages/manager/src/index.ts")).toEqual(["@sync/agent#build", "@sync/manager#build"]);
  expect(rebuilt("README.md")).toEqual([]);
});
