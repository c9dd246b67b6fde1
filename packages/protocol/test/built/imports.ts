import { readFileSync } from "node:fs";

const specifier = /\b(?:import|export)\b[^;"']*?\bfrom\s*["']([^"']+)["']|\bimport\s*\(?\s*["']([^"']+)["']/g;

/** Every package and built-in that a built file imports, by itself or through the files of this package. */
export function packagesOf(entry: URL, seen = new Set<string>()): Set<string> {
  const packages = new Set<string>();
  if (seen.has(entry.href)) {
    return packages;
  }
  seen.add(entry.href);
  for (const [, from, bare] of readFileSync(entry, "utf8").matchAll(specifier)) {
    const name = from ?? bare ?? "";
    if (!name.startsWith(".")) {
      packages.add(name);
      continue;
    }
    for (const inner of packagesOf(new URL(name, entry), seen)) {
      packages.add(inner);
    }
  }
  return packages;
}
