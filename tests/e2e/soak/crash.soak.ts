import { expect, it } from "vitest";
import { crash } from "../crash/crash.js";
import { seed } from "../harness/seed.js";

it("1 000 times, an agent that is killed anywhere has kept what it acknowledged, and nothing that nobody asked for", async () => {
  const { mistakes, figures } = await crash(seed, 1_000);
  console.info(figures);
  expect(mistakes, `to kill it again: SEED=${seed}`).toEqual([]);
  expect(figures).toMatchObject({ kills: 1_000 });
});
