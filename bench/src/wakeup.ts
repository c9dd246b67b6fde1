import { Crowd, type WaiterKind } from "./crowd.js";
import { agentKeeper, bareKeeper, type Gatekeeper, nats, redis } from "./gatekeepers.js";
import { interleave, type Run } from "./interleave.js";
import type { Row, Topic } from "./row.js";
import { SyncedFile } from "./synced-file.js";

/** How many wait, and how often that is measured. */
const sizes = [
  { count: 1, rounds: 31 },
  { count: 100, rounds: 11 },
  { count: 1_000, rounds: 7 },
  { count: 10_000, rounds: 2 },
] as const;

/** How long it takes from a `complete` that is sent until the last `start` that has waited for it is answered. */
export const wakeup: Topic = {
  name: "wakeup",
  measure: async () => {
    await using agent = await agentKeeper("--journal", "none", "--limit", "units=1000000");
    // Another one: together these would have more connections than one may.
    await using polled = await agentKeeper("--journal", "none", "--limit", "units=1000000");
    await using bare = await bareKeeper();
    await using redisKeeper = await redis();
    await using natsKeeper = await nats();
    const peers = [
      { against: "Redis, BLPOP", keeper: redisKeeper, kind: "redis" },
      { against: "NATS, a subject", keeper: natsKeeper, kind: "nats" },
    ] as const;
    const rows: Row[] = [];
    for (const { count, rounds } of sizes) {
      rows.push(
        ...(await measureCrowd({ count, rounds, what: `waking ${count}, a connection each` }, [
          { against: "", keeper: agent, kind: "http" },
          { against: "bare node:http", keeper: bare, kind: "http", most: 1.5 },
          { against: "asking every second", keeper: polled, kind: "polling" },
          ...peers,
        ])),
      );
    }
    for (const { count, rounds } of sizes.slice(1, 3)) {
      rows.push(
        ...(await measureCrowd({ count, rounds, what: `waking ${count} calls of one client` }, [
          { against: "", keeper: agent, kind: "client" },
          { against: "bare node:http", keeper: bare, kind: "client", most: 1.5 },
        ])),
      );
    }
    rows.push(await measureJournal(agent));
    return rows;
  },
};

interface Contestant {
  readonly against: string;
  /** `undefined` where it is not installed. */
  readonly keeper: Gatekeeper | undefined;
  readonly kind: WaiterKind;
  readonly most?: number;
}

/** The first one is ours, and is measured against each of the others. */
async function measureCrowd(
  { count, rounds, what }: { readonly count: number; readonly rounds: number; readonly what: string },
  contestants: readonly Contestant[],
): Promise<Row[]> {
  const crowds: Crowd[] = [];
  try {
    const runs: Record<string, Run> = {};
    for (const { against, keeper, kind } of contestants) {
      if (keeper === undefined) continue;
      const crowd = await Crowd.gather(keeper, kind, count);
      crowds.push(crowd);
      runs[against] = () => crowd.wake();
    }
    const medianOf = await interleave(runs, { rounds });
    const figure = medianOf("");
    return contestants
      .filter(({ against, keeper }) => against !== "" && keeper !== undefined)
      .map(({ against, most }) => ({
        name: what,
        figure,
        unit: "ms",
        ratio: figure / medianOf(against),
        against,
        ...(most !== undefined && { target: { most } }),
      }));
  } finally {
    await Promise.all(crowds.map((crowd) => crowd[Symbol.asyncDispose]()));
  }
}

/** What it adds that everything is on the disk before anybody is answered. */
async function measureJournal(inMemory: Gatekeeper): Promise<Row> {
  await using onDisk = await agentKeeper();
  await using file = await SyncedFile.create();
  await using memory = await Crowd.gather(inMemory, "http", 1);
  await using disk = await Crowd.gather(onDisk, "http", 1);
  const medianOf = await interleave(
    { memory: () => memory.wake(), disk: () => disk.wake(), sync: () => file.append() },
    { rounds: 51 },
  );
  const figure = medianOf("disk") - medianOf("memory");
  return {
    name: "what the journal adds to waking 1",
    figure,
    unit: "ms",
    ratio: figure / medianOf("sync"),
    against: "one fdatasync",
    target: { most: 1 },
  };
}
