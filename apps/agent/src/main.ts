import { dirname } from "node:path";
import { statSync } from "node:fs";
import { Command, Option } from "commander";
import { socketPaths } from "@sync/protocol";
import manifest from "../package.json" with { type: "json" };
import { type Agent, createAgent } from "./agent.js";
import { AgentError } from "./errors.js";
import { createLog, type LogLevel, logLevels } from "./log.js";

interface Flags {
  readonly socketPath?: string;
  readonly logLevel: LogLevel;
}

const stopSignals = ["SIGTERM", "SIGINT", "SIGHUP"] as const;

async function run(flags: Flags): Promise<void> {
  const log = await createLog(flags.logLevel);
  const agent = await createAgent({ socketPath: socketPath(flags.socketPath), logger: log });
  log.info({ socket: agent.socketPath, pid: process.pid }, "listening");
  stopOnSignal(agent, (signal) => log.info({ signal }, "stopping"));
}

/** The first place whose base exists: `$XDG_RUNTIME_DIR` is set but not there under `su` and in many containers. */
function socketPath(flag: string | undefined): string {
  const paths = socketPaths({ socketPath: flag, env: process.env, uid: process.getuid?.() ?? 0 });
  const [first = ""] = paths;
  if (paths.length === 1) return first;
  return paths.find((path) => statSync(dirname(dirname(path)), { throwIfNoEntry: false })?.isDirectory()) ?? first;
}

/** A second signal ends the process at once, as if it had no handler. */
function stopOnSignal(agent: Agent, announce: (signal: NodeJS.Signals) => void): void {
  const stop = (signal: NodeJS.Signals) => {
    for (const name of stopSignals) process.off(name, stop);
    announce(signal);
    void agent.close();
  };
  for (const name of stopSignals) process.on(name, stop);
}

const program = new Command("sync-agent")
  .description("Holds the graph of units on a Unix socket, for syncctl and any HTTP client.")
  .version(manifest.version)
  .option("--socket-path <path>", "where to listen (default: $SYNC_SOCKET_PATH, else a private runtime directory)")
  .addOption(new Option("--log-level <level>", "what to log on stderr").choices([...logLevels]).default("info"))
  .exitOverride()
  .action(run);

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = exitStatusOf(error);
}

function exitStatusOf(error: unknown): number {
  if (error instanceof Error && "exitCode" in error && typeof error.exitCode === "number") {
    return error.exitCode === 0 ? 0 : 64;
  }
  const message = error instanceof AgentError ? error.message : String(error instanceof Error ? error.stack : error);
  process.stderr.write(`error: ${message}\n`);
  return 1;
}
