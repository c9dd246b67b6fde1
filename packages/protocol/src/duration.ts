/** The longest delay that a timer can hold, in milliseconds: 24 days, 20 hours. */
export const maxTimerMs = 2_147_483_647;

const unitsMs = { h: 3_600_000, m: 60_000, s: 1000, ms: 1 } as const;

const number = String.raw`(\d+(?:\.\d+)?)`;
const bare = new RegExp(`^${number}$`);
const compound = new RegExp(`^(?:${number}h)?(?:${number}m)?(?:${number}s)?(?:${number}ms)?$`);

/**
 * Reads `30s`, `5m`, `1h30m` or `500ms` as whole milliseconds; a bare number is seconds. Rounded up, lest a
 * very short time becomes none. It may be more than a timer can hold.
 *
 * @returns `undefined` when the text is no duration.
 */
export function parseDuration(text: string): number | undefined {
  const seconds = bare.exec(text)?.[1];
  if (seconds !== undefined) {
    return Math.ceil(Number(seconds) * unitsMs.s);
  }
  const parts = text === "" ? null : compound.exec(text);
  if (parts === null) {
    return undefined;
  }
  const [, h = "0", m = "0", s = "0", ms = "0"] = parts;
  return Math.ceil(Number(h) * unitsMs.h + Number(m) * unitsMs.m + Number(s) * unitsMs.s + Number(ms));
}
