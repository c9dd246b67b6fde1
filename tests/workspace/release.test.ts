import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { Copy } from "./copy.js";
import { type Manifest, publishedManifests } from "./manifests.js";

const hasGit = spawnSync("git", ["--version"]).status === 0;
const together = ["@sync/protocol", "@sync/agent", "@sync/cli"];

it.skipIf(!hasGit)(
  "a release raises what the changesets name, and tells the user so in its changelog",
  () => {
    using copy = new Copy();
    copy.commit();
    const before = publishedManifests(copy.path);
    const changesets = readChangesets(copy.path);

    copy.run("changeset", "version");

    const after = publishedManifests(copy.path);
    const byName = new Map(after.map((manifest) => [manifest.name, manifest]));
    for (const { name, summary } of changesets) {
      const raised = byName.get(name);
      const old = before.find((manifest) => manifest.name === name);
      expect(raised?.version, name).not.toBe(old?.version);
      expect(newestChanges(raised), name).toContain(summary);
    }
    expect(new Set(together.map((name) => byName.get(name)?.version)).size).toBe(1);
    for (const { name, internal } of after) {
      expect(new Set(["workspace:^", ...Object.values(internal)]), name).toEqual(new Set(["workspace:^"]));
    }
    expect(readChangesets(copy.path)).toEqual([]);
  },
);

it.skipIf(!hasGit)("a release of packages that have never been released makes each 0.1.0", () => {
  using copy = new Copy();
  copy.commit();
  const fresh = publishedManifests(copy.path).filter(({ version }) => version === "0.0.0");
  copy.run("changeset", "version");
  const names = fresh.map(({ name }) => name);
  const versions = publishedManifests(copy.path)
    .filter(({ name }) => names.includes(name))
    .map(({ name, version }) => `${name} ${version}`);
  expect(versions).toEqual(names.map((name) => `${name} 0.1.0`));
});

interface Changeset {
  readonly name: string;
  /** Its first line. */
  readonly summary: string;
}

function readChangesets(path: string): Changeset[] {
  const directory = `${path}/.changeset`;
  return readdirSync(directory)
    .filter((file) => file.endsWith(".md") && file !== "README.md")
    .flatMap((file) => {
      const [, head = "", body = ""] = readFileSync(`${directory}/${file}`, "utf8").split(/^---$/m);
      const [summary = ""] = body.trim().split("\n");
      return Array.from(head.matchAll(/"(.+)":/g), ([, name = ""]) => ({ name, summary }));
    });
}

/** What the changelog says of the version that the package has. */
function newestChanges(manifest: Manifest | undefined): string {
  const file = `${manifest?.directory}/CHANGELOG.md`;
  const text = existsSync(file) ? readFileSync(file, "utf8") : "";
  const [, newest = ""] = text.split(/^## /m);
  return newest.startsWith(`${manifest?.version}\n`) ? newest : "";
}
