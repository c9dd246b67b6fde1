import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

const resolve = createRequire(import.meta.url).resolve;
const cli = dirname(resolve("@sync/cli/package.json"));
const agent = dirname(resolve("@sync/agent/package.json"));
const standalone = join(cli, "npm", `${process.platform}-${process.arch}`, "bin", "syncctl");

/** The built programs, to be run by a Node. */
export const syncctl = join(cli, "bin", "syncctl.cjs");
export const syncAgent = join(agent, "bin", "sync-agent.cjs");

/** The executable that needs no Node; `undefined` where it has not been built. */
export const standaloneSyncctl = existsSync(standalone) ? standalone : undefined;
