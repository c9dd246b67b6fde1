// node licenses.mjs <file> <metafile>…
// Adds to a file the licenses of the packages of others that are part of what esbuild or Bun has built: most of them
// ask whoever passes them on for that. The metafiles say what is part of it, and are removed.
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const [file, ...metafiles] = process.argv.slice(2);

/** The folders of the packages whose modules are in it. */
function packagesIn(metafile) {
  const { outputs } = JSON.parse(readFileSync(metafile, "utf8"));
  return Object.values(outputs)
    .flatMap(({ inputs }) => Object.entries(inputs))
    .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
    .flatMap(([path]) => path.match(/^.*node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/) ?? []);
}

function entryOf(folder) {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const texts = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile() && /^(?:licen[cs]e|copying|notice)/i.test(entry.name))
    .map((entry) => readFileSync(join(folder, entry.name), "utf8").trim());
  return [`${name} ${version} (${license})`, ...texts].join("\n\n");
}

const end = "\n\n---\n\n";
const before = existsSync(file) ? readFileSync(file, "utf8").split(end).slice(0, -1) : [];
const entries = new Set([...before, ...metafiles.flatMap(packagesIn).map(entryOf)]);
writeFileSync(
  file,
  Array.from(entries.values(), (entry) => entry + end)
    .toSorted()
    .join(""),
);
for (const metafile of metafiles) rmSync(metafile);
