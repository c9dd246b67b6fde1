import { execFileSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import nodeModule from "node:module";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));

const machine = `${process.platform}-${process.arch}`;

/** Whether the apps come with executables that need no Node: `pnpm test:standalone`. */
const isStandalone = process.env["SYNC_STANDALONE"] === "1";

/** Where each package that is published lives. */
const folders: Readonly<Record<string, string>> = {
  "@sync/graph": "packages/graph",
  "@sync/manager": "packages/manager",
  "@sync/protocol": "packages/protocol",
  "@sync/agent": "apps/agent",
  "@sync/cli": "apps/cli",
};
/** Executables for this machine, which come with a package of the same name. */
const executables: Readonly<Record<string, string>> = {
  [`@sync/cli-${machine}`]: `apps/cli/npm/${machine}`,
  [`@sync/agent-${machine}`]: `apps/agent/npm/${machine}`,
};
const libraries = ["@sync/graph", "@sync/manager", "@sync/protocol", "@sync/agent"];

/** Outside the repository, so that nothing of it can be found by accident. */
const outside = mkdtempSync(join(tmpdir(), "sync-packed-"));
const tarballs: Record<string, string> = {};

beforeAll(() => {
  for (const [name, folder] of Object.entries({ ...folders, ...executables })) {
    if (!isStandalone && !existsSync(join(root, folder))) continue;
    tarballs[name] = pack(join(root, folder));
  }
});

afterAll(() => rmSync(outside, { recursive: true, force: true }));

/** @returns the path of the tarball. */
function pack(folder: string): string {
  const before = new Set(readdirSync(outside));
  run("pnpm", ["pack", "--pack-destination", outside], folder);
  const file = readdirSync(outside).find((name) => !before.has(name));
  if (file === undefined) throw new Error(`nothing was packed in ${folder}`);
  return join(outside, file);
}

/** The node that runs this test, and no setting of whoever started it: those of this repository are for it alone. */
const environment = {
  ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_|^pnpm_/i.test(name))),
  PATH: [dirname(process.execPath), process.env["PATH"]].join(delimiter),
};

function run(command: string, args: readonly string[], cwd: string): string {
  return execFileSync(command, args, { cwd, encoding: "utf8", stdio: "pipe", env: environment });
}

/** A tool that this folder depends on. */
function tool(name: string): string {
  return fileURLToPath(new URL(`node_modules/.bin/${name}`, import.meta.url));
}

/** An empty folder with one package in it; what it needs of this repository comes from tarballs as well. */
function install(name: string, ...flags: string[]): string {
  const folder = mkdtempSync(join(outside, "alone-"));
  const { [name]: own, ...others } = tarballs;
  const overrides = Object.fromEntries(
    Object.entries(others).map(([other, path]) => [other, `file:${path}`]),
  );
  const manifest = { private: true, type: "module", dependencies: { [name]: `file:${own}` }, overrides };
  writeFileSync(join(folder, "package.json"), JSON.stringify(manifest));
  run("npm", ["install", "--no-audit", "--no-fund", ...flags], folder);
  return folder;
}

/** As there is where a package manager installs for several machines. */
function addForAnotherMachine(folder: string, name: string, program: string): void {
  const another = machine === "linux-arm64" ? "linux-x64" : "linux-arm64";
  const bin = join(folder, "node_modules", "@sync", `${name}-${another}`, "bin");
  mkdirSync(bin, { recursive: true });
  writeFileSync(join(bin, program), "no program of this machine", { mode: 0o755 });
}

function installed(folder: string): string[] {
  const modules = join(folder, "node_modules");
  return readdirSync(modules)
    .filter((name) => !name.startsWith("."))
    .flatMap((name) =>
      name.startsWith("@") ? readdirSync(join(modules, name)).map((sub) => `${name}/${sub}`) : name,
    );
}

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));
}

/** The blocks of a README in one language. */
function blocks(folder: string, name: string, language: string): string[] {
  const readme = readFileSync(join(folder, "node_modules", name, "README.md"), "utf8");
  return Array.from(
    readme.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, "gms")),
    ([, code = ""]) => code,
  );
}

describe("a packed tarball", () => {
  for (const name of Object.keys(folders)) {
    it(`of ${name} has the shape that package managers and bundlers expect`, () => {
      expect(run(tool("publint"), ["--strict", tarballs[name] ?? ""], root)).toContain("All good");
    });
  }

  for (const name of libraries) {
    it(`of ${name} has types that resolve`, () => {
      run(tool("attw"), ["--profile", "esm-only", tarballs[name] ?? ""], root);
    });
  }
});

describe("installed alone, in an empty folder outside the repository", () => {
  for (const name of libraries) {
    it(`${name} works with the example of its README`, () => {
      const folder = install(name);
      const [example = ""] = blocks(folder, name, "js");
      const lines = example.split("\n").filter((line) => !/^(import .*|\/\/.*|)$/.test(line));
      expect(lines.length).toBeGreaterThan(0);
      expect(lines.length).toBeLessThanOrEqual(3);
      writeFileSync(join(folder, "example.js"), example);
      run(process.execPath, ["example.js"], folder);
      if (name === "@sync/graph") expect(installed(folder)).toEqual(["@sync/graph"]);
      if (name === "@sync/manager") expect(installed(folder)).toEqual(["@sync/graph", "@sync/manager"]);
    });
  }

  it("@sync/protocol without its client loads neither undici nor anything else", () => {
    const folder = install("@sync/protocol");
    for (const dependency of installed(folder)) {
      if (dependency !== "@sync/protocol")
        rmSync(join(folder, "node_modules", dependency), { recursive: true });
    }
    writeFileSync(
      join(folder, "contract.js"),
      `import { routes } from "@sync/protocol"; console.log(routes.ping.path);`,
    );
    expect(run(process.execPath, ["contract.js"], folder)).toBe("/v1/ping\n");
  });

  it.each([
    { how: "Node", flags: ["--omit=optional"], isNode: true },
    ...(isStandalone ? [{ how: "the executables for this machine", flags: [], isNode: false }] : []),
  ])(
    "@sync/cli and an agent that was installed elsewhere work with nothing but $how",
    ({ flags, isNode }) => {
      const cli = install("@sync/cli", ...flags);
      expect(installed(cli)).toEqual(["@sync/cli", ...(isNode ? [] : [`@sync/cli-${machine}`])]);
      const agent = install("@sync/agent", ...flags);
      addForAnotherMachine(cli, "cli", "syncctl");
      addForAnotherMachine(agent, "agent", "sync-agent");
      const script = `
      sync-agent --log-level silent & agent=$!
      until syncctl ping 2>/dev/null; do :; done
      syncctl run git -- sh -c 'readlink "/proc/$PPID/exe"' && readlink "/proc/$agent/exe"
      (cd "$(mktemp -d)" && rmdir "$PWD" && syncctl run cleaned-up -- true)
      syncctl list
      kill $agent; wait $agent`;
      const PATH = [cli, agent].map((folder) => join(folder, "node_modules", ".bin"));
      const env = {
        PATH: [...PATH, ...(isNode ? [dirname(process.execPath)] : []), "/usr/bin:/bin"].join(delimiter),
        SYNC_SOCKET_PATH: join(agent, "agent.sock"),
      };
      const output = execFileSync("sh", ["-c", script], { encoding: "utf8", env });
      const programs = isNode
        ? [process.execPath, process.execPath]
        : [
            join(cli, "node_modules", "@sync", `cli-${machine}`, "bin", "syncctl"),
            join(agent, "node_modules", "@sync", `agent-${machine}`, "bin", "sync-agent"),
          ];
      expect(output.split("\n").slice(0, 3)).toEqual([
        "Success",
        ...programs.map((path) => realpathSync(path)),
      ]);
      expect(output).toMatch(/^git +completed /m);
      expect(output).toMatch(/^cleaned-up +completed /m);
    },
  );

  it.each(["@sync/cli", "@sync/agent"])("%s has the license of each package that is part of it", (name) => {
    const dist = join(install(name, "--omit=optional"), "node_modules", name, "dist");
    const parts = readFileSync(join(dist, "main.cjs"), "utf8").matchAll(
      /\/node_modules\/((?:@[^/"]+\/)?[^./"@][^/"]*)\//g,
    );
    const named = new Set(Array.from(parts, ([, part]) => part));
    const licensed = readFileSync(join(dist, "LICENSES.txt"), "utf8").matchAll(/^(\S+) \d\S* \(\S+\)$/gm);
    expect(named).toContain("commander");
    expect(Array.from(licensed, ([, part]) => part)).toEqual(expect.arrayContaining([...named]));
  });

  it("what Node has compiled is kept in the package, where Node can; what is not so is compiled again", () => {
    const folder = install("@sync/cli", "--omit=optional");
    const program = join(folder, "node_modules", ".bin", "syncctl");
    const version = run(program, ["--version"], folder);
    const cache = join(folder, "node_modules", "@sync", "cli", ".cache");
    const kept = existsSync(cache) ? filesIn(cache) : [];
    expect(kept.length > 0).toBe("enableCompileCache" in nodeModule);
    for (const file of kept) writeFileSync(file, "not what has been compiled");
    expect(run(program, ["--version"], folder)).toBe(version);
  });
});
