import { closeSync } from "node:fs";
import { isatty } from "node:tty";
import type { Logger } from "pino";
import { openLogFile } from "./log-file.js";
import { escapeLine, spellOut } from "./log-text.js";
import { openStderr } from "./stdio.js";

export const logLevels = ["trace", "debug", "info", "warn", "error", "silent"] as const;

export type LogLevel = (typeof logLevels)[number];

export interface Log {
  readonly logger: Logger;
  /** Opens the file by its name once more, for whoever has moved it away. Does nothing on stderr. */
  reopen(): void;
}

/** How much is held back for a reader who does not read, in bytes; what is more is lost. */
const mostHeld = 1_048_576;

/**
 * Logs to a file, or to stderr: lines for people on a terminal, JSON elsewhere. Nothing that becomes of either
 * ends or holds up the process: what cannot be written is tried again with the next line, or lost.
 *
 * @throws {AgentError} `LOG_UNAVAILABLE` when there can be no such file.
 */
export async function createLog(level: LogLevel, path: string | undefined): Promise<Log> {
  const { pino } = await import("pino");
  const open = (fd: number) => {
    const destination = pino.destination({
      dest: fd,
      sync: true,
      maxLength: mostHeld,
      retryEAGAIN: () => false,
    });
    return { fd, destination: destination.on("error", () => undefined) };
  };
  let current = open(path === undefined ? openStderr() : openLogFile(path));
  const format = path === undefined && isatty(2) ? await forPeople() : escapeLine;
  const logger = pino({ level }, { write: (line) => current.destination.write(format(line)) });
  return {
    logger,
    reopen: () => {
      if (path === undefined) return;
      try {
        const { fd } = current;
        current = open(openLogFile(path));
        closeSync(fd);
        logger.info({ log: path }, "log opened again");
      } catch (error) {
        logger.error({ err: error }, "the log cannot be opened again, and goes on where it was");
      }
    },
  };
}

async function forPeople(): Promise<(line: string) => string> {
  const { prettyFactory } = await import("pino-pretty");
  const pretty = prettyFactory({ ignore: "pid,hostname" });
  return (line) => pretty(spellOut(line));
}
