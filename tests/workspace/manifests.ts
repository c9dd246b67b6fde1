import { readdirSync, readFileSync } from "node:fs";

export interface Manifest {
  readonly directory: string;
  readonly name: string;
  readonly version: string;
  /** What it needs of this repository, with the range. */
  readonly internal: Readonly<Record<string, string>>;
}

/** The packages below `path` that are published. */
export function publishedManifests(path: string): Manifest[] {
  return ["packages", "apps"].flatMap((group) =>
    readdirSync(`${path}/${group}`).map((name) => readManifest(`${path}/${group}/${name}`)),
  );
}

function readManifest(directory: string): Manifest {
  const manifest: Readonly<Record<string, unknown>> = JSON.parse(
    readFileSync(`${directory}/package.json`, "utf8"),
  );
  const { name, version, dependencies, devDependencies } = manifest;
  const ranges = { ...record(dependencies), ...record(devDependencies) };
  const internal = Object.entries(ranges).filter(([dependency]) => dependency.startsWith("@sync/"));
  return { directory, name: String(name), version: String(version), internal: Object.fromEntries(internal) };
}

function record(value: unknown): Record<string, string> {
  return typeof value === "object" && value !== null ? { ...value } : {};
}
