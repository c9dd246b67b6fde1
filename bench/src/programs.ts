import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

const resolve = createRequire(import.meta.url).resolve;
const cli = dirname(resolve("@sync/cli/package.json"));
const agent = dirname(resolve("@sync/agent/package.json"));

/** The built programs, to be run by a Node. */
export const syncctl = join(cli, "bin", "syncctl.cjs");
export const syncAgent = join(agent, "bin", "sync-agent.cjs");

/** The same, for no Node. */
export const standaloneSyncctl = executable(cli, "syncctl");
export const standaloneSyncAgent = executable(agent, "sync-agent");

/** An executable that needs no Node; `undefined` where it has not been built. */
function executable(app: string, program: string): string | undefined {
  const path = join(app, "npm", `${process.platform}-${process.arch}`, "bin", program);
  return existsSync(path) ? path : undefined;
}
