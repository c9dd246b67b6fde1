import { statSync } from "node:fs";
import { dirname } from "node:path";
import { socketPaths } from "@sync/protocol";
import { Command, InvalidArgumentError, Option } from "commander";
import manifest from "../package.json" with { type: "json" };
import { createAgent } from "./agent.js";
import { AgentError } from "./errors.js";
import { createLog, type LogLevel, logLevels } from "./log.js";

interface Flags {
  readonly socketPath?: string;
  readonly maxUnits: number;
  readonly logLevel: LogLevel;
}

const stopSignals = ["SIGTERM", "SIGINT"] as const;

async function run(flags: Flags): Promise<void> {
  const stop = firstSignal();
  const log = await createLog(flags.logLevel);
  const agent = await createAgent({
    socketPath: socketPath(flags.socketPath),
    logger: log,
    maxUnits: flags.maxUnits,
  });
  log.info({ socket: agent.socketPath }, "listening");
  log.info({ signal: await stop }, "stopping");
  await agent.close();
}

/** The first place whose base exists: `$XDG_RUNTIME_DIR` is set but not there under `su` and in many containers. */
function socketPath(flag: string | undefined): string {
  const paths = socketPaths({ socketPath: flag, env: process.env, uid: process.getuid?.() ?? 0 });
  const [first = ""] = paths;
  if (paths.length === 1) return first;
  return (
    paths.find((path) => statSync(dirname(dirname(path)), { throwIfNoEntry: false })?.isDirectory()) ?? first
  );
}

function parseCount(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError("It must be a whole number from 1 on.");
  return Number(text);
}

/** Waits to be told to stop. A second signal ends the process at once, as if nobody listened for it. */
function firstSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    const stop = (signal: NodeJS.Signals) => {
      for (const name of stopSignals) process.off(name, stop);
      resolve(signal);
    };
    for (const name of stopSignals) process.on(name, stop);
  });
}

const program = new Command("sync-agent")
  .description("Holds the graph of units on a Unix socket, for syncctl and any HTTP client.")
  .version(manifest.version)
  .option(
    "--socket-path <path>",
    "where to listen (default: $SYNC_SOCKET_PATH, else a private runtime directory)",
  )
  .addOption(
    new Option("--log-level <level>", "what to log on stderr").choices([...logLevels]).default("info"),
  )
  .option("--max-units <number>", "how many units there may be", parseCount, 100_000)
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
  const message =
    error instanceof AgentError ? error.message : String(error instanceof Error ? error.stack : error);
  process.stderr.write(`error: ${message}\n`);
  return 1;
}
