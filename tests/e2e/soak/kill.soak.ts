import { expect, it } from "vitest";
import { play } from "../harness/play.js";
import { scenariosToPlay, seed } from "../harness/seed.js";
import { startAgent } from "../rig.js";
import { Sandbox } from "../sandbox.js";

it("500 times, scripts that are killed anywhere let nobody hang, and release nobody", async () => {
  await using agent = await startAgent(new Sandbox({ longestMs: 900_000 }));
  const { mistakes, units } = await play(agent, scenariosToPlay(500), 6);
  expect(mistakes, `to play it again: SEED=${seed}`).toEqual([]);
  expect(units).toBeGreaterThan(2_000);
});
