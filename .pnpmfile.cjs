// A packed app names the executables that `pnpm build:standalone` has made for it, so that one of them comes with it.
const { existsSync, readdirSync, readFileSync } = require("node:fs");

function beforePacking(manifest, directory) {
  const folder = `${directory}/npm`;
  if (!existsSync(folder)) return manifest;
  const executables = readdirSync(folder).map((platform) =>
    JSON.parse(readFileSync(`${folder}/${platform}/package.json`, "utf8")),
  );
  const stale = executables.find(({ version }) => version !== manifest.version);
  if (stale !== undefined) {
    throw new Error(`${stale.name} is of version ${stale.version}: run pnpm build:standalone first`);
  }
  const optionalDependencies = Object.fromEntries(executables.map(({ name, version }) => [name, version]));
  return { ...manifest, optionalDependencies };
}

module.exports = { hooks: { beforePacking } };
