import { mkdtempSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { interleave } from "./interleave.js";
import { standaloneSyncctl, syncctl } from "./programs.js";
import type { Row, Topic } from "./row.js";
import { criticalPath, twoHundredTasks } from "./task-graph.js";
import { noOp, withMake, withPolling, withSyncctl, withTurbo, withWireit } from "./task-runners.js";
import { timeProcess } from "./whole-process.js";

/** How long it takes to run a graph of tasks that do nothing, so that all there is to see is what coordinates them. */
export const makespan: Topic = {
  name: "makespan",
  measure: async () => {
    const directory = mkdtempSync(join(tmpdir(), "sync-bench-"));
    try {
      return await measureIn(directory);
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  },
};

async function measureIn(directory: string): Promise<Row[]> {
  const graph = twoHundredTasks();
  const place = (name: string) => join(directory, name);
  const [shell, ...args] = noOp;
  const program = standaloneSyncctl === undefined ? [process.execPath, syncctl] : [standaloneSyncctl];

  const quick = await interleave(
    {
      task: () => timeProcess(shell, args),
      make: withMake(graph, place("make")),
      wireit: withWireit(graph, place("wireit")),
    },
    { rounds: 3 },
  );
  // These take too long to be run again and again.
  const slow = await interleave(
    {
      syncctl: withSyncctl(graph, place("syncctl"), program),
      turbo: withTurbo(graph, place("turbo")),
      polling: withPolling(graph, place("polling")),
    },
    { rounds: 1, warmUp: 0 },
  );

  const ideal = criticalPath(graph) * quick("task");
  const row = (
    name: string,
    figure: number,
    base = ideal,
    against = "the critical path, each task by itself",
  ): Row => ({
    name: `${graph.size} tasks with ${name}`,
    figure,
    unit: "ms",
    ratio: figure / base,
    against,
  });
  const ours = slow("syncctl");
  const oursIs = `syncctl run, ${standaloneSyncctl === undefined ? "on Node" : "standalone"}`;
  return [
    row(
      "nothing that coordinates them, on every core",
      (graph.size * quick("task")) / availableParallelism(),
    ),
    row("make -j", quick("make")),
    row("wireit", quick("wireit")),
    row("turbo", slow("turbo")),
    row("a look every second", slow("polling")),
    row(oursIs, ours),
    { ...row(oursIs, ours, quick("make"), "make -j"), target: { most: 3 } },
    { ...row(oursIs, ours, quick("wireit"), "wireit"), target: { most: 1 } },
    { ...row(oursIs, ours, slow("turbo"), "turbo"), target: { most: 1 } },
  ];
}
