import { maxTimerMs, parseDuration as toMs } from "@sync/protocol";
import { UsageError } from "./usage-error.js";

/**
 * Reads `30s`, `5m`, `1h30m` or `500ms` as milliseconds. A bare number is seconds; 0 stands for none.
 *
 * @param flag whose value it is, for the example in the error.
 * @throws {UsageError}
 */
export function parseDuration(text: string, flag: string): number {
  const ms = toMs(text);
  if (ms === undefined) {
    throw new UsageError(`"${text}" is not a duration`, `${flag} 90s, 5m, 1h30m, 500ms, or 0 for none`);
  }
  if (ms > maxTimerMs) {
    throw new UsageError(`the duration "${text}" is longer than 24 days`, `${flag} 0 stands for none`);
  }
  return ms;
}
