import fc from "fast-check";
import { type Footprint, footprint, startMeasured } from "../measure.js";
import { Sandbox } from "../sandbox.js";
import { bytesOf } from "./bytes.js";
import { requestOf, written } from "./requests.js";
import { Wire } from "./wire.js";

/** So an agent has soon all that it may hold. */
const limits = ["units=300", "edges=1000", "backlog=500", "request=500ms", "body=50000"].flatMap((limit) => [
  "--limit",
  limit,
]);

interface Fuzzed {
  /** How many answers there were of each status. */
  readonly answers: Readonly<Record<number, number>>;
  readonly before: Footprint;
  readonly after: Footprint;
  /** How many calls it holds at the end. */
  readonly waiters: number;
}

/**
 * Sends so many requests to one agent, six in ten of them nearly right, the others hardly HTTP; and measures
 * before that, when there were a third as many already: by then all that runs is compiled.
 *
 * @throws with the smallest that is answered as nothing may be, or is refused and changes something.
 */
export async function fuzz(seed: number, requests: number): Promise<Fuzzed> {
  await using sandbox = new Sandbox({ longestMs: 3_600_000 });
  await using agent = await startMeasured(sandbox, "--journal", "none", ...limits);
  const wire = new Wire(agent.socketPath, agent.client);
  const lease = await agent.client.lease();
  const known = {
    generation: (await agent.client.ping()).generation,
    lease: lease.id,
    pid: process.pid,
  };
  const send = async (tenth: number, seed: number) => {
    await fc.assert(
      fc.asyncProperty(requestOf(known), cuts, async (request, cuts) =>
        wire.send(written(request), { cuts, ending: "stay", isRequest: true }),
      ),
      { seed, numRuns: 6 * tenth },
    );
    await fc.assert(
      fc.asyncProperty(bytesOf(known), cuts, ending, async (bytes, cuts, ending) =>
        wire.send(bytes, { cuts, ending, isRequest: false }),
      ),
      { seed, numRuns: 4 * tenth },
    );
  };

  await send(Math.ceil(requests / 30), seed + 1);
  const before = await footprint(agent);
  await send(Math.ceil(requests / 10), seed);
  while ((await agent.client.ping()).waiters > 0);
  const after = await footprint(agent);
  await lease.close();
  return { answers: wire.answers, before, after, waiters: (await agent.client.ping()).waiters };
}

const cuts = fc.array(fc.integer({ min: 0, max: 100 }), { maxLength: 2 });
const ending = fc.oneof(
  { weight: 300, arbitrary: fc.constant("stay" as const) },
  { weight: 100, arbitrary: fc.constantFrom("end", "destroy") },
  { weight: 1, arbitrary: fc.constant("stay long" as const) },
);
