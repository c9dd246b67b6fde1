import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

const machine = `${process.platform}-${process.arch}`;
const resolve = createRequire(import.meta.url).resolve;
const cli = dirname(resolve("@sync/cli/package.json"));
const agent = dirname(resolve("@sync/agent/package.json"));

/** The built programs, to be run by a Node. */
export const syncctl = join(cli, "bin", "syncctl.cjs");
export const syncAgent = join(agent, "bin", "sync-agent.cjs");

/** The same, for no Node. */
export const standaloneSyncctl = executable(cli, "syncctl");
export const standaloneSyncAgent = executable(agent, "sync-agent");

/** The script that becomes the executable, where a package manager puts both. */
export function installSyncctl(): Disposable & { readonly path: string } {
  const directory = mkdtempSync(join(tmpdir(), "sync-bench-"));
  const scope = join(directory, "node_modules", "@sync");
  mkdirSync(scope, { recursive: true });
  cpSync(dirname(syncctl), join(scope, "cli", "bin"), { recursive: true });
  symlinkSync(join(cli, "npm", machine), join(scope, `cli-${machine}`));
  return {
    path: join(scope, "cli", "bin", "syncctl.cjs"),
    [Symbol.dispose]: () => rmSync(directory, { recursive: true, force: true }),
  };
}

/** An executable that needs no Node; `undefined` where it has not been built. */
function executable(app: string, program: string): string | undefined {
  const path = join(app, "npm", machine, "bin", program);
  return existsSync(path) ? path : undefined;
}
