import { Client, httpTransport } from "@sync/protocol/client";
import { callRow, callsOf } from "./calls.js";
import { interleave } from "./interleave.js";
import { installSyncctl, standaloneSyncAgent, standaloneSyncctl } from "./programs.js";
import type { Row, Topic } from "./row.js";
import { startAgent, untilAnswered } from "./running-agent.js";
import { timeProcess } from "./whole-process.js";

const rounds = 31;

/** What programs that need no Node cost as whole processes, beside curl with the same socket. */
export const standalone: Topic = {
  name: "standalone",
  measure: async () => {
    if (standaloneSyncctl !== undefined && standaloneSyncAgent !== undefined) {
      return measureExecutables(standaloneSyncctl, standaloneSyncAgent);
    }
    console.error("standalone: not measured, for pnpm build:standalone has not been run");
    return [];
  },
};

async function measureExecutables(syncctl: string, syncAgent: string): Promise<Row[]> {
  await using agent = await startAgent();
  await using client = new Client(httpTransport({ socketPaths: [agent.socketPath] }));
  using installed = installSyncctl();
  const { ping, want, complete, run } = callsOf([syncctl], agent, client);

  const medianOf = await interleave(
    {
      "curl --unix-socket": () =>
        timeProcess("curl", ["--silent", "--unix-socket", agent.socketPath, "http://localhost/v1/ping"]),
      "node -e 0": () => timeProcess(process.execPath, ["-e", "0"]),
      ping,
      want,
      complete,
      run,
      "ping by the script in bin": callsOf([installed.path], agent, client).ping,
      agent: () => untilAnswered(syncAgent, []),
    },
    { rounds },
  );
  const row = (
    call: Parameters<typeof medianOf>[0],
    against: Parameters<typeof medianOf>[0],
    most?: number,
  ) => callRow(medianOf, { call, where: "standalone", against, most });
  return [
    ...(["ping", "want", "complete"] as const).flatMap((call) => [
      row(call, "curl --unix-socket", 2.5),
      row(call, "node -e 0", 0.5),
    ]),
    row("ping by the script in bin", "curl --unix-socket"),
    row("run", "ping", 2),
    {
      ...row("agent", "node -e 0", 4),
      name: "from the start of an agent to its first answer, standalone",
    },
  ];
}
