/** Runs once, and resolves with what was measured. */
export type Run = () => number | Promise<number>;

/**
 * Runs several contestants in turn (A B C, A B C, …), after rounds that do not count, so that a machine that
 * becomes slower becomes so for all of them.
 *
 * @returns what tells the median of each.
 */
export async function interleave<Name extends string>(
  contestants: Readonly<Record<Name, Run>>,
  { rounds, warmUp = 1 }: { readonly rounds: number; readonly warmUp?: number },
): Promise<(name: Name) => number> {
  const entries = Object.entries<Run>(contestants);
  const measured = new Map<string, number[]>(entries.map(([name]) => [name, []]));
  for (let round = -warmUp; round < rounds; round += 1) {
    for (const [name, run] of entries) {
      const figure = await run();
      if (round >= 0) measured.get(name)?.push(figure);
    }
  }
  return (name) => median(measured.get(name) ?? []);
}

/** The middle one; of an even number, the mean of the middle two. */
function median(figures: readonly number[]): number {
  const sorted = figures.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2;
}
