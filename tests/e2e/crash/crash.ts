import { deathsOf } from "./moves.js";
import { Series } from "./series.js";

/** How many agents follow each other on one journal, before a new one is begun. */
const longestSeries = 50;

interface Report {
  /** What is not as it must be; empty when all is well. */
  readonly mistakes: readonly string[];
  readonly figures: Readonly<Record<string, number>>;
}

/** Kills agents, so many times, until there is a mistake. */
export async function crash(seed: number, kills: number): Promise<Report> {
  const figures: Record<string, number> = {};
  let killed = 0;
  for (let number = 0; killed < kills; number += 1) {
    await using series = new Series(seed + number);
    const deaths = deathsOf(seed + number);
    const most = Math.min(kills - killed, longestSeries);
    await series.begin();
    while (series.kills < most && series.mistakes.length === 0) await series.live(deaths.next().value);
    if (series.mistakes.length === 0) await series.end();
    killed += series.kills;
    for (const [name, figure] of Object.entries(series.figures)) {
      figures[name] = (figures[name] ?? 0) + figure;
    }
    if (series.mistakes.length > 0) return { mistakes: series.mistakes, figures };
  }
  return { mistakes: [], figures };
}
