const units = [
  ["d", 86_400],
  ["h", 3600],
  ["m", 60],
  ["s", 1],
] as const;

/** How long something has been so, as `duration` says it. */
export function age(since: string, now: number): string {
  return duration(now - Date.parse(since));
}

/** A time in its two largest units: `12s`, `3m5s`, `2d`. Whole seconds, never less than 0. */
export function duration(ms: number): string {
  let seconds = Math.max(0, Math.floor(ms / 1000));
  const parts: string[] = [];
  for (const [name, size] of units) {
    const count = Math.floor(seconds / size);
    seconds -= count * size;
    parts.push(count === 0 ? "" : `${count}${name}`);
  }
  const first = parts.findIndex((part) => part !== "");
  return first === -1 ? "0s" : parts.slice(first, first + 2).join("");
}
