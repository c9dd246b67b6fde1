import { expect, test } from "vitest";
import { startAgent } from "../rig.js";
import { Sandbox } from "../sandbox.js";
import { play } from "./play.js";
import { scenariosToPlay, seed } from "./seed.js";

test("scripts that are killed anywhere let nobody hang, and release nobody", async () => {
  await using agent = await startAgent(new Sandbox({ longestMs: 110_000 }));
  const { mistakes } = await play(agent, scenariosToPlay(20), 4);
  expect(mistakes, `to play it again: SEED=${seed}`).toEqual([]);
});
