import { expect, test } from "vitest";
import { seed } from "../harness/seed.js";
import { crash } from "./crash.js";

test("an agent that is killed anywhere has kept what it acknowledged, and nothing that nobody asked for", async () => {
  const { mistakes } = await crash(seed, 6);
  expect(mistakes, `to kill it again: SEED=${seed}`).toEqual([]);
});
