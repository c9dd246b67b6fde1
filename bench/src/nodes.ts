import { execFileSync } from "node:child_process";

/** The newest of each line on which the product is used, as npm has them. */
const versions = ["22.23.3", "24.21.0", "26.10.0"];

/** A Node on which the product runs. */
export interface NodeProgram {
  /** As in "Node 24". */
  readonly name: string;
  readonly path: string;
}

/** This Node, and others as far as npm can bring them. */
export function findNodes(): NodeProgram[] {
  const own = { name: nameOf(process.versions.node), path: process.execPath };
  const others = versions.filter((version) => nameOf(version) !== own.name).flatMap(fetchNode);
  return [own, ...others];
}

function fetchNode(version: string): NodeProgram[] {
  const source = `--package=node@npm:node-${process.platform}-${process.arch}@${version}`;
  try {
    const path = execFileSync("npx", ["--yes", source, "--", "sh", "-c", "command -v node"], {
      stdio: ["ignore", "pipe", "ignore"],
      encoding: "utf8",
    }).trim();
    return [{ name: nameOf(version), path }];
  } catch {
    console.error(`cli: Node ${version} cannot be had here, so nothing is measured on it`);
    return [];
  }
}

function nameOf(version: string): string {
  return `Node ${version.split(".", 1)[0]}`;
}
