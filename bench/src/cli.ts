import { Client, httpTransport } from "@sync/protocol/client";
import { callRow, callsOf } from "./calls.js";
import { interleave } from "./interleave.js";
import { findNodes, type NodeProgram } from "./nodes.js";
import { syncctl } from "./programs.js";
import type { Row, Topic } from "./row.js";
import { startAgent } from "./running-agent.js";
import { timeProcess } from "./whole-process.js";

const rounds = 15;

/** What a `syncctl` costs as a whole process: a script pays that for each call. */
export const cli: Topic = {
  name: "cli",
  measure: async () => {
    const rows: Row[] = [];
    for (const node of findNodes()) {
      rows.push(...(await measureOn(node)));
    }
    return rows;
  },
};

async function measureOn({ name, path }: NodeProgram): Promise<Row[]> {
  await using agent = await startAgent();
  await using client = new Client(httpTransport({ socketPaths: [agent.socketPath] }));
  const medianOf = await interleave(
    {
      "node -e 0": () => timeProcess(path, ["-e", "0"]),
      ...callsOf([path, syncctl], agent, client),
    },
    { rounds },
  );
  const row = (call: Parameters<typeof medianOf>[0], most?: number) =>
    callRow(medianOf, { call, where: name, against: "node -e 0", most });
  return [
    row("ping", 1.8),
    row("want", 1.8),
    row("complete", 1.8),
    row("list"),
    row("--help", 1.5),
    callRow(medianOf, { call: "run", where: name, against: "ping", most: 2 }),
  ];
}
