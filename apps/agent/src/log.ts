import type { Logger } from "pino";

export const logLevels = ["trace", "debug", "info", "warn", "error", "silent"] as const;

export type LogLevel = (typeof logLevels)[number];

/** Logs to stderr: lines for people on a terminal, JSON elsewhere. */
export async function createLog(level: LogLevel): Promise<Logger> {
  const { pino } = await import("pino");
  if (!process.stderr.isTTY) return pino({ level }, pino.destination({ dest: 2, sync: true }));
  const { default: pretty } = await import("pino-pretty");
  return pino({ level }, pretty({ destination: 2, sync: true, ignore: "pid,hostname" }));
}
