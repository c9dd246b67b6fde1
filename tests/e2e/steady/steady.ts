import { mkdirSync } from "node:fs";
import { Party } from "../crash/party.js";
import { type Footprint, footprint, idleFootprint, startMeasured } from "../measure.js";
import type { RunningAgent } from "../rig.js";
import { Sandbox } from "../sandbox.js";
import { visit } from "./visitors.js";

/** How long they work before it is looked at what has come of it, in ms. */
const spellMs = 2_000;

interface Worked {
  /** What is not as it must be; empty when all is well. */
  readonly mistakes: readonly string[];
  readonly figures: Readonly<Record<string, number>>;
  /** Before anybody has come, at the end of each part, and when all have gone. */
  readonly footprints: readonly Footprint[];
}

/** Work from 16 clients, and of others who come and go; measured as often as it has parts. */
export async function workSteadily(seed: number, partMs: number, parts: number): Promise<Worked> {
  await using sandbox = new Sandbox({ longestMs: 3_600_000 });
  const directory = `${sandbox.directory}/journal`;
  mkdirSync(directory, { mode: 0o700 });
  await using agent = await startMeasured(sandbox, "--journal", directory, "--limit", "backlog=1000");
  const before = await idleFootprint(agent);
  const { footprints, ...worked } = await work(agent, `${directory}/journal`, seed, partMs, parts);
  return { ...worked, footprints: [before, ...footprints, await idleFootprint(agent)] };
}

async function work(
  agent: RunningAgent,
  journalPath: string,
  seed: number,
  partMs: number,
  parts: number,
): Promise<Worked> {
  const { socketPath } = agent;
  await using party = new Party({ socketPath, journalPath, size: 16, seed });
  const over = new AbortController();
  const visiting = visit(agent, over.signal);
  const footprints: Footprint[] = [];
  while (footprints.length < parts && party.mistakes.length === 0) {
    for (const end = performance.now() + partMs; performance.now() < end && party.mistakes.length === 0; ) {
      await party.work({ over: AbortSignal.timeout(spellMs), padding: "" });
      party.judge.judge(await party.look());
    }
    footprints.push(await footprint(agent));
  }
  over.abort();
  const visitors = await visiting;
  if (party.mistakes.length === 0) party.judge.judge(await party.finish());
  return { mistakes: party.mistakes, figures: { ...party.figures, visitors }, footprints };
}
