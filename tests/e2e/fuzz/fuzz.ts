import { createClient } from "@sync/protocol/client";
import fc from "fast-check";
import { type Footprint, idleFootprint, startMeasured } from "../measure.js";
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
  await send(agent.socketPath, seed + 1, Math.ceil(requests / 3));
  const before = await idleFootprint(agent);
  const answers = await send(agent.socketPath, seed, requests);
  const after = await idleFootprint(agent);
  return { answers, before, after };
}

/** @returns how many answers there were of each status. */
async function send(socketPath: string, seed: number, requests: number): Promise<Fuzzed["answers"]> {
  await using client = createClient({ socketPaths: [socketPath] });
  await using lease = await client.lease();
  const { generation } = await client.ping();
  const known = { generation, lease: lease.id, pid: process.pid };
  const wire = new Wire(socketPath, client);
  const tenth = Math.ceil(requests / 10);
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
  return wire.answers;
}

const cuts = fc.array(fc.integer({ min: 0, max: 100 }), { maxLength: 2 });
const ending = fc.oneof(
  { weight: 300, arbitrary: fc.constant("stay" as const) },
  { weight: 100, arbitrary: fc.constantFrom("end", "destroy") },
  { weight: 1, arbitrary: fc.constant("stay long" as const) },
);
