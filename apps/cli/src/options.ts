import { type Command, Option } from "commander";
import { parseDuration } from "./duration.js";
import { UsageError } from "./usage-error.js";

export function globalOptions(command: Command): Command {
  return command
    .option(
      "--socket-path <path>",
      "where the agent listens (default: $SYNC_SOCKET_PATH, or its usual places)",
    )
    .option("--autostart", "start an agent when none answers (default: when $SYNC_AUTOSTART is 1)")
    .option("-q, --quiet", "do not say that it went well; data is still printed");
}

export function output(...formats: readonly [string, ...string[]]): Option {
  return new Option("-o, --output <format>", "how to print it").choices(formats).default(formats[0]);
}

export function timeout(): Option {
  return new Option(
    "--timeout <duration>",
    "how long to wait, from the beginning of the command; 0 sets no limit",
  )
    .default(300_000, "5m")
    .argParser((text) => parseDuration(text, "--timeout"));
}

export function heartbeat(): Option {
  return new Option(
    "--heartbeat <duration>",
    "how often to say on stderr what it waits for; 0 says nothing. A terminal shows it all the time",
  )
    .default(30_000, "30s")
    .argParser((text) => parseDuration(text, "--heartbeat"));
}

export function keepWaiting(): Option {
  return new Option("--keep-waiting", "wait on when it has become impossible, in case of a retry");
}

export function retry(): Option {
  return new Option("--retry <times>", "how often to run a command again that has failed")
    .default(0)
    .argParser(parseTimes);
}

export function retryDelay(): Option {
  return new Option("--retry-delay <duration>", "how long to wait before that")
    .default(1_000, "1s")
    .argParser((text) => parseDuration(text, "--retry-delay"));
}

export function dependency(): Option {
  return new Option(
    "--want <unit[:requirement]>",
    "what it depends on, as in want; once for each dependency",
  ).argParser((text, before: readonly string[] | undefined) => [...(before ?? []), text]);
}

export function owner(): Option {
  return new Option(
    "--owner <pid>",
    "the process whose end is the failure of the unit, as in --owner $$",
  ).argParser(parsePid);
}

export function force(): Option {
  return new Option("--force", "do it although the unit belongs to another owner");
}

export function columns(titles: string): Option {
  return new Option("-c, --column <columns>", `which columns to print, with commas between: ${titles}`);
}

export function reason(): Option {
  return new Option("-m, --reason <text>", "why, in words for people");
}

function parsePid(text: string): number {
  if (!/^[1-9]\d{0,9}$/.test(text)) {
    throw new UsageError(`"${text}" is not the number of a process`, "syncctl start app --owner $$");
  }
  return Number(text);
}

function parseTimes(text: string): number {
  if (!/^\d{1,6}$/.test(text)) {
    throw new UsageError(`"${text}" is not a number of times`, "--retry 3");
  }
  return Number(text);
}

export function parseSequence(text: string): number {
  if (!/^\d{1,15}$/.test(text)) {
    throw new UsageError(`"${text}" is not the number of an event`, "syncctl events --after 42");
  }
  return Number(text);
}
