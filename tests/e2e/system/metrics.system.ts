import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";
import { startAgent } from "../rig.js";

test("Prometheus has nothing to say against the metrics", async () => {
  await using agent = await startAgent();
  const { client } = agent;
  await client.want("app", [{ unit: "db" }]);
  await client.start("db");
  await client.complete("db");
  await client.start("app", { wait: true });

  const { stdout, stderr, status } = spawnSync("promtool", ["check", "metrics"], {
    input: await client.metrics(),
    encoding: "utf8",
  });

  expect({ stdout, stderr, status }).toEqual({ stdout: "", stderr: "", status: 0 });
});
