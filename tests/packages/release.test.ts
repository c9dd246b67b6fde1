import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { copyOfRepository, folders, root } from "./repository.js";

interface Manifest {
  readonly version: string;
  readonly dependencies?: Readonly<Record<string, string>>;
}

it("changesets give every package its next version and a changelog", () => {
  using copy = copyOfRepository();
  const read = (folder: string): Manifest =>
    JSON.parse(readFileSync(join(copy.path, folder, "package.json"), "utf8")) as Manifest;
  const before = Object.values(folders).map((folder) => read(folder).version);
  const bumps = Object.keys(folders).map((name) => `"${name}": patch\n`);
  writeFileSync(join(copy.path, ".changeset/another.md"), `---\n${bumps.join("")}---\n\nAnother change.\n`);

  execFileSync(process.execPath, [join(root, "node_modules/@changesets/cli/bin.js"), "version"], {
    cwd: copy.path,
    stdio: "pipe",
  });

  const versions = Object.fromEntries(
    Object.entries(folders).map(([name, folder]) => [name, read(folder).version]),
  );
  for (const [index, version] of Object.values(versions).entries()) expect(version).not.toBe(before[index]);
  expect(new Set([versions["@sync/protocol"], versions["@sync/agent"], versions["@sync/cli"]]).size).toBe(1);
  for (const [name, folder] of Object.entries(folders)) {
    expect(versions[name], name).toMatch(/^\d+\.\d+\.\d+$/);
    expect(readFileSync(join(copy.path, folder, "CHANGELOG.md"), "utf8")).toMatch(
      new RegExp(`^## ${versions[name]}$[^]*^- .*Another change\\.$`, "m"),
    );
    for (const [dependency, range] of Object.entries(read(folder).dependencies ?? {})) {
      if (dependency in folders) expect(range, `${name} needs ${dependency}`).toBe("workspace:^");
    }
  }
});
