// Writes npm/<platform> of an app: a package with its program as one executable that needs no Node. For this machine;
// with --all, for every one. What else is given is for Bun. docs/decisions/0015-standalone-executables.md says why.
import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** What Bun calls the machines that Node calls so. */
const targets = {
  "linux-x64": "bun-linux-x64",
  "linux-arm64": "bun-linux-aarch64",
  "darwin-x64": "bun-darwin-x64",
  "darwin-arm64": "bun-darwin-aarch64",
};

const here = `${process.platform}-${process.arch}`;
const [entry, ...options] = process.argv.slice(2);
const isForAll = options.includes("--all");
const manifest = JSON.parse(readFileSync("package.json", "utf8"));
const [program] = Object.keys(manifest.bin);
const licenses = fileURLToPath(new URL("licenses.mjs", import.meta.url));
const bunManifest = fileURLToPath(import.meta.resolve("bun/package.json"));
const { version } = JSON.parse(readFileSync(bunManifest, "utf8"));

/** Whose work an executable contains beside ours. */
const contents =
  "It contains Bun, which is under the MIT license, and what Bun is made of, such as JavaScriptCore (LGPL-2): see" +
  " https://bun.com/docs/project/license. It also contains the packages whose licenses are in LICENSES.txt.";

/** Bun for this machine, which has come with the dependencies. Its own bin would have to be linked by a script first. */
function ownBun() {
  return createRequire(bunManifest).resolve(`@oven/${targets[here]}/bin/bun`);
}

/** Bun for another machine: it can be read here, and the executable begins with it. */
function foreignBun(target, directory) {
  const install = ["install", "--no-save", "--force", "--ignore-scripts", "--no-audit", "--no-fund"];
  const name = `@oven/${target}`;
  execFileSync("npm", [...install, "--prefix", directory, `${name}@${version}`], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  return join(directory, "node_modules", name, "bin", "bun");
}

function compile(platform, { file, metafile, bun }) {
  const fixed = [
    "--compile",
    `--target=${targets[platform]}`,
    `--compile-executable-path=${bun}`,
    "--bytecode",
    "--format=cjs",
    // It belongs to whoever calls it, and not to the directory where that happens.
    "--no-compile-autoload-dotenv",
    "--no-compile-autoload-bunfig",
  ];
  const given = options.filter((option) => option !== "--all");
  execFileSync(ownBun(), ["build", entry, ...fixed, ...given, `--metafile=${metafile}`, "--outfile", file], {
    stdio: ["ignore", "ignore", "inherit"],
  });
}

function writePackage(platform) {
  const folder = join("npm", platform);
  const file = join("bin", program);
  const [os, cpu] = platform.split("-");
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(dirname(join(folder, file)), { recursive: true });
  const temporary = mkdtempSync(join(tmpdir(), "sync-bun-"));
  try {
    const bun = platform === here ? ownBun() : foreignBun(targets[platform], temporary);
    const metafile = join(temporary, "metafile.json");
    compile(platform, { file: join(folder, file), metafile, bun });
    copyFileSync(join(dirname(entry), "LICENSES.txt"), join(folder, "LICENSES.txt"));
    execFileSync(process.execPath, [licenses, join(folder, "LICENSES.txt"), metafile]);
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
  const { license, publishConfig } = manifest;
  const own = {
    name: `${manifest.name}-${platform}`,
    version: manifest.version,
    description: `${program} for ${platform}, as one executable. Comes with ${manifest.name}.`,
    license,
    os: [os],
    cpu: [cpu],
    ...(os === "linux" && { libc: ["glibc"] }),
    // Yarn would leave it in its archive, where nothing can be executed.
    preferUnplugged: true,
    files: ["bin", "LICENSES.txt"],
    // Not `bin`: two packages would have a program of one name.
    publishConfig: { ...publishConfig, executableFiles: [file] },
  };
  writeFileSync(join(folder, "package.json"), `${JSON.stringify(own, null, 2)}\n`);
  copyFileSync(new URL("LICENSE", import.meta.url), join(folder, "LICENSE"));
  writeFileSync(join(folder, "README.md"), `# ${own.name}\n\n${own.description}\n\n${contents}\n`);
}

const platforms = Object.keys(targets).filter((platform) => isForAll || platform === here);
for (const platform of platforms) {
  writePackage(platform);
}
if (platforms.length === 0) {
  console.error(`there is no Bun for ${here}: ${program} runs on Node there`);
}
