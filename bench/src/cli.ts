import { Client, httpTransport } from "@sync/protocol/client";
import { interleave } from "./interleave.js";
import { newUnit } from "./new-unit.js";
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
  const call = (...args: readonly string[]) => timeProcess(path, [syncctl, ...args], { env: agent.env });

  const medianOf = await interleave(
    {
      "node -e 0": () => timeProcess(path, ["-e", "0"]),
      ping: () => call("ping"),
      want: () => call("want", newUnit(), "database"),
      complete: async () => {
        const unit = newUnit();
        await client.start(unit);
        return call("complete", unit);
      },
      list: () => call("list"),
      "--help": () => call("--help"),
      run: () => call("run", newUnit(), "--", "true"),
    },
    { rounds },
  );
  const row = (
    verb: Parameters<typeof medianOf>[0],
    against: Parameters<typeof medianOf>[0],
    most?: number,
  ) => ({
    name: `syncctl ${verb}, ${name}`,
    figure: medianOf(verb),
    unit: "ms",
    ratio: medianOf(verb) / medianOf(against),
    against: against === "ping" ? "syncctl ping" : against,
    ...(most !== undefined && { target: { most } }),
  });
  return [
    row("ping", "node -e 0", 1.8),
    row("want", "node -e 0", 1.8),
    row("complete", "node -e 0", 1.8),
    row("list", "node -e 0"),
    row("--help", "node -e 0", 1.5),
    row("run", "ping", 2),
  ];
}
