import { maxTimerMs, parseDuration } from "@sync/protocol";
import { Command, InvalidArgumentError, Option } from "commander";
import manifest from "../package.json" with { type: "json" };
import { AgentError } from "./errors.js";
import { isLimitName, type Limits, limitMeanings, limitNames, limitsWith } from "./limits.js";
import { createLog, type Log, type LogLevel, logLevels } from "./log.js";
import { notifier } from "./notify.js";
import { takePlace } from "./place.js";
import { complain, OutputError, openStdio, print } from "./stdio.js";

interface IdleExit {
  /** As it was typed. */
  readonly text: string;
  readonly ms: number;
}

interface Flags {
  readonly socketPath?: string;
  readonly socketMode?: number;
  readonly socketGroup?: string;
  readonly journal?: string;
  readonly leaseGrace?: number;
  readonly limit: Partial<Limits>;
  readonly logLevel: LogLevel;
  readonly logFile?: string;
  readonly idleExit?: IdleExit;
}

const stopSignals = ["SIGTERM", "SIGINT"] as const;

/** Takes the socket first: of many that start at once, those that are too late load nothing else. */
async function run(flags: Flags): Promise<void> {
  const { socketPath, socketMode, socketGroup, journal, leaseGrace, limit, idleExit } = flags;
  let log: Log | undefined;
  // From the first on: the terminal that has started us may go, and we stay.
  process.on("SIGHUP", () => log?.reopen());
  const socket = await takePlace({ socketPath, socketMode, socketGroup });
  const signal = firstSignal();
  const { serve } = await import("./agent.js");
  log = await createLog(flags.logLevel, flags.logFile);
  const { logger } = log;
  const agent = await serve(socket, {
    logger,
    limits: limit,
    ...(journal !== "none" && { journal: journal ?? besideSocket(socket.path) }),
    ...(leaseGrace !== undefined && { leaseGraceMs: leaseGrace }),
  });
  const tell = notifier(process.env, logger);
  logger.info({ socket: agent.socketPath }, "listening");
  tell("READY=1");
  const reasons: Promise<object>[] = [signal.then((name) => ({ signal: name }))];
  if (idleExit !== undefined) {
    reasons.push(agent.untilIdle(idleExit.ms).then(() => ({ idle: idleExit.text })));
  }
  logger.info(await Promise.race(reasons), "stopping");
  tell("STOPPING=1");
  await agent.close();
}

/** `agent.journal` for `agent.sock`: where a runtime directory ends with the machine's run, so does the journal. */
function besideSocket(socketPath: string): string {
  return `${socketPath.replace(/\.sock$/, "")}.journal`;
}

function parseIdleExit(text: string): IdleExit {
  const ms = parseDuration(text);
  if (ms === undefined) throw new InvalidArgumentError("It must be a duration: 30s, 5m, 1h30m or 500ms.");
  if (ms === 0 || ms > maxTimerMs) {
    throw new InvalidArgumentError("It must be more than 0, and no longer than 24 days.");
  }
  return { text, ms };
}

function parseGrace(text: string): number {
  const ms = parseDuration(text);
  if (ms === undefined || ms > maxTimerMs) throw new InvalidArgumentError("It must be a duration: 5s or 1m.");
  return ms;
}

/** One `name=number`, added to those before. */
function parseLimit(text: string, before: Partial<Limits>): Partial<Limits> {
  const [, name = "", value = ""] = /^([^=]*)=(.*)$/.exec(text) ?? [];
  if (!isLimitName(name)) throw new InvalidArgumentError(`There are: ${limitNames.join(", ")}.`);
  const isTime = limitMeanings[name].unit === "ms";
  const number = isTime ? parseDuration(value) : /^\d{1,9}$/.test(value) ? Number(value) : undefined;
  if (number === undefined || number === 0 || number > maxTimerMs) {
    throw new InvalidArgumentError(
      isTime ? "It must be a duration: 30s." : "It must be a whole number from 1 on.",
    );
  }
  return { ...before, [name]: number };
}

function limitsHelp(): string {
  const usual = limitsWith();
  const lines = limitNames.map((name) => {
    const { unit, means } = limitMeanings[name];
    return `  ${name.padEnd(12)}  ${means} (default: ${usual[name]}${unit && ` ${unit}`})`;
  });
  return ["", "Limits:", ...lines].join("\n");
}

function parseMode(text: string): number {
  if (!/^0?[67][0-7]{2}$/.test(text)) {
    throw new InvalidArgumentError("It must be octal, and let the owner in: 0600, 0660 or 0666.");
  }
  return Number.parseInt(text, 8);
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

openStdio();

const program = new Command("sync-agent")
  .description("Holds the graph of units on a Unix socket, for syncctl and any HTTP client.")
  .version(manifest.version)
  .option(
    "--socket-path <path>",
    "where to listen (default: $SYNC_SOCKET_PATH, else a private runtime directory)",
  )
  .option("--socket-mode <octal>", "who may use the socket (default: 0600, or 0660 with a group)", parseMode)
  .option("--socket-group <group>", "whose group the socket is, by name or number")
  .addOption(new Option("--log-level <level>", "what to log").choices([...logLevels]).default("info"))
  .option("--log-file <path>", "log there instead of on stderr; SIGHUP opens it again")
  .option(
    "--journal <directory>",
    "where to keep what happens, so that a restart loses nothing; none keeps it in memory (default: beside the socket)",
  )
  .option(
    "--lease-grace <duration>",
    "how long a lease that has lost its agent has to come back: 5s",
    parseGrace,
  )
  .option("--idle-exit <duration>", "end when nobody has been connected for so long: 10m", parseIdleExit)
  .addOption(
    new Option("--limit <name=number>", "how much there may be of something; can be given again")
      .argParser(parseLimit)
      .default({}, "see below"),
  )
  .addHelpText("after", limitsHelp)
  // What the streams of the process cannot write would end it with a trace.
  .configureOutput({ writeOut: (text) => print([text]), writeErr: complain })
  .exitOverride()
  .action(run);

const journal = program.command("journal").description("look after a journal");
journal
  .command("check <directory>")
  .description("say whether it is whole")
  .action(async (directory: string) => (await import("./journal/care.js")).checkJournal(directory));
journal
  .command("export <directory>")
  .description("print it, or what is before its damage, a line of JSON for each event")
  .action(async (directory: string) => (await import("./journal/care.js")).exportJournal(directory));
journal
  .command("reset <directory>")
  .description("put it aside, so that the next agent begins anew")
  .action(async (directory: string) => (await import("./journal/care.js")).resetJournal(directory));

void program.parseAsync().catch((error: unknown) => {
  process.exitCode = exitStatusOf(error);
});

function exitStatusOf(error: unknown): number {
  if (error instanceof Error && "exitCode" in error && typeof error.exitCode === "number") {
    return error.exitCode === 0 ? 0 : 64;
  }
  complain(`error: ${messageOf(error)}\n`);
  return 1;
}

function messageOf(error: unknown): string {
  if (error instanceof AgentError) return `${error.message} (${error.code})`;
  if (error instanceof OutputError) return error.message;
  return String(error instanceof Error ? error.stack : error);
}
