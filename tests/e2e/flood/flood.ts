import { fileURLToPath } from "node:url";
import type { Child } from "../child.js";
import { type Footprint, footprint, idleFootprint, startMeasured } from "../measure.js";
import { Sandbox } from "../sandbox.js";

/** So that none needs more open files than it may have. */
const processes = 4;

interface Flooded {
  /** How many waits had which answer. */
  readonly answers: Readonly<Record<string, number>>;
  /** How many readers have seen which events. */
  readonly seen: Readonly<Record<string, number>>;
  /** With the readers, with those who wait too, and when all of them have gone. */
  readonly footprints: readonly [Footprint, Footprint, Footprint];
  /** From the report until the last who waits has its answer, in ms. */
  readonly releasedInMs: number;
  /** The longest that somebody else has waited for an answer meanwhile, in ms. */
  readonly longestPingMs: number;
}

/** So many wait for one unit, which completes, and so many others read what happens. */
export async function flood(waiters: number, readers: number): Promise<Flooded> {
  await using sandbox = new Sandbox({ longestMs: 3_600_000 });
  await using agent = await startMeasured(sandbox);
  const { client, socketPath } = agent;
  await client.start("gate");
  const audience = sandbox.startNode(program("audience"), [socketPath, String(readers)]);
  await audience.line("begun");
  const withReaders = await footprint(agent);

  const share = String(waiters / processes);
  const crowds = Array.from({ length: processes }, () =>
    sandbox.startNode(program("crowd"), [socketPath, share, request]),
  );
  await Promise.all(crowds.map((crowd) => crowd.line("asked")));
  await agent.waiters(waiters);
  const withAll = await footprint(agent);

  const begun = performance.now();
  const ended = Promise.all(crowds.map(reportOf));
  const pings = pingUntil(ended, () => client.ping());
  await client.complete("gate");
  const answers = await ended;
  const releasedInMs = Math.round(performance.now() - begun);
  await client.start("last");
  await client.complete("last");
  const seen = await reportOf(audience);
  const longestPingMs = Math.round(await pings);
  await client.close();
  return {
    answers: sum(answers),
    seen,
    footprints: [withReaders, withAll, await idleFootprint(agent)],
    releasedInMs,
    longestPingMs,
  };
}

const body = '{"units":[{"unit":"gate"}]}';
const request = [
  "POST /v1/wait HTTP/1.1",
  "Connection: close",
  "Content-Type: application/json",
  `Content-Length: ${body.length}`,
  "",
  body,
].join("\r\n");

function program(name: string): string {
  return fileURLToPath(new URL(`${name}.mjs`, import.meta.url));
}

/** What it says at its end. */
async function reportOf(child: Child): Promise<Record<string, number>> {
  const { stdout } = await child.result;
  return JSON.parse(stdout.trim().split("\n").at(-1) ?? "");
}

async function pingUntil(end: Promise<unknown>, ping: () => Promise<unknown>): Promise<number> {
  let isOver = false;
  void end.then(() => {
    isOver = true;
  });
  let longest = 0;
  while (!isOver) {
    const begun = performance.now();
    await ping();
    longest = Math.max(longest, performance.now() - begun);
  }
  return longest;
}

function sum(parts: readonly Record<string, number>[]): Record<string, number> {
  const total: Record<string, number> = {};
  for (const [name, count] of parts.flatMap((part) => Object.entries(part))) {
    total[name] = (total[name] ?? 0) + count;
  }
  return total;
}
