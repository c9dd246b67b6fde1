import { expect } from "vitest";
import { type RunningAgent, startAgent } from "../rig.js";

/** Kills an agent and starts the next one, which must know the same. */
export async function restart(agent: RunningAgent, flags: readonly string[]): Promise<RunningAgent> {
  const before = await agent.client.list();
  await agent.process.kill("SIGKILL");
  const next = await startAgent(agent.sandbox, ...flags);
  expect(await next.client.list()).toEqual(before);
  return next;
}
