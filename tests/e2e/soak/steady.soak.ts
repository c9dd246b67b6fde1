import { expect, it } from "vitest";
import { seed } from "../harness/seed.js";
import { workSteadily } from "../steady/steady.js";

const minutes = Number(process.env["SOAK_MINUTES"] ?? 10);

it(`an agent that has had work from many for ${minutes} minutes is as large as after the first`, async () => {
  const { mistakes, figures, footprints } = await workSteadily(seed, 60_000, minutes);
  console.info(figures, footprints);
  expect(mistakes, `to do it again: SEED=${seed}`).toEqual([]);
  const [before, first, ...later] = footprints;
  for (const { heapKib } of later) expect(heapKib).toBeLessThan(1.1 * (first?.heapKib ?? 0));
  expect(later.at(-1)?.openFiles).toBe(before?.openFiles);
});
