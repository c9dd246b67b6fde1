import { type Scenario, scenariosOf } from "./scenario.js";

const { SEED, SCENARIO } = process.env;

/** Another one each time, unless `SEED` says which. */
export const seed = SEED === undefined ? Math.trunc(Math.random() * 2 ** 31) : Number(SEED);

/** The first scenarios of the seed by their number, or the one that `SCENARIO` says. */
export function scenariosToPlay(count: number): ReadonlyMap<number, Scenario> {
  const numbered = new Map(scenariosOf(seed, count).entries());
  const one = SCENARIO === undefined ? undefined : numbered.get(Number(SCENARIO));
  return one === undefined ? numbered : new Map([[Number(SCENARIO), one]]);
}
