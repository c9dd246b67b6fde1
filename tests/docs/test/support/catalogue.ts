import { existsSync, readdirSync } from "node:fs";
import { root } from "./document.js";

/** Every document of the repository that a reader may follow, by its path from the root. */
export function documentPaths(): string[] {
  const readmes = ["packages", "apps"].flatMap((directory) =>
    readdirSync(`${root}${directory}`).map((name) => `${directory}/${name}/README.md`),
  );
  const docs = ["docs", "docs/decisions"].flatMap((directory) =>
    readdirSync(`${root}${directory}`)
      .filter((name) => name.endsWith(".md"))
      .map((name) => `${directory}/${name}`),
  );
  return ["README.md", "CONTRIBUTING.md", "SECURITY.md", ...docs, ...readmes].filter((path) =>
    existsSync(`${root}${path}`),
  );
}
