import { expect, test } from "vitest";
import { seed } from "../harness/seed.js";
import { workSteadily } from "./steady.js";

test("an agent with work from many has kept what was asked for, and no connection of who has gone", async () => {
  const { mistakes, footprints } = await workSteadily(seed, 2_000, 1);
  expect(mistakes, `to do it again: SEED=${seed}`).toEqual([]);
  expect(footprints.at(-1)?.openFiles).toBe(footprints[0]?.openFiles);
});
