import { UsageError } from "./usage-error.js";

/** A little less than the longest delay that a timer can hold: 24 days, 20 hours. */
const longestMs = 2_147_480_000;

const unitsMs = { h: 3_600_000, m: 60_000, s: 1000, ms: 1 } as const;

const number = String.raw`(\d+(?:\.\d+)?)`;
const bare = new RegExp(`^${number}$`);
const compound = new RegExp(`^(?:${number}h)?(?:${number}m)?(?:${number}s)?(?:${number}ms)?$`);

/**
 * Reads `30s`, `5m`, `1h30m` or `500ms` as milliseconds. A bare number is seconds; 0 stands for no limit.
 *
 * @throws {UsageError}
 */
export function parseDuration(text: string): number {
  const ms = toMs(text);
  if (ms === undefined) {
    throw new UsageError(`"${text}" is not a duration`, "--timeout 90s, 5m, 1h30m, 500ms, or 0 for no limit");
  }
  if (ms > longestMs) {
    throw new UsageError(`the duration "${text}" is longer than 24 days`, "--timeout 0 sets no limit");
  }
  // Rounded up, lest a very short limit becomes none.
  return Math.ceil(ms);
}

function toMs(text: string): number | undefined {
  const seconds = bare.exec(text)?.[1];
  if (seconds !== undefined) {
    return Number(seconds) * unitsMs.s;
  }
  const parts = text === "" ? null : compound.exec(text);
  if (parts === null) {
    return undefined;
  }
  const [, h = "0", m = "0", s = "0", ms = "0"] = parts;
  return Number(h) * unitsMs.h + Number(m) * unitsMs.m + Number(s) * unitsMs.s + Number(ms);
}
