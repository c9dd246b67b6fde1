import { expect, test } from "vitest";
import { startAgent } from "./rig.js";

test("events begins with a snapshot and goes on with what happens, a line each", async () => {
  await using agent = await startAgent();
  await agent.client.start("A");
  const events = agent.background("events");
  await events.line("snapshot");

  await agent.client.complete("A");
  await agent.client.want("B", [{ unit: "A", requirement: "started" }]);
  await events.line("wanted");

  const { stdout, stderr, status } = await events.kill("SIGINT");
  expect({ stderr, status }).toEqual({ stderr: "", status: 130 });
  const lines: unknown[] = stdout
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(lines).toMatchObject([
    { type: "snapshot", units: [{ unit_name: "A", status: "started" }] },
    { type: "completed", unit_name: "A" },
    { type: "registered", unit_name: "B" },
    { type: "wanted", unit_name: "B", depends_on: "A", required_status: "started" },
  ]);
});

test("events --after goes on where somebody has stopped", async () => {
  await using agent = await startAgent();
  await agent.client.start("A");
  const { sequence } = await agent.client.ping();
  await agent.client.complete("A");

  const events = agent.background("events", "--after", String(sequence));

  expect(await events.line("completed")).toContain(`"sequence":${sequence + 1},`);
});

test("events ends with 75 when the agent is stopped", async () => {
  await using agent = await startAgent();
  const events = agent.background("events");
  await events.line("snapshot");

  await agent.process.kill("SIGTERM");

  const { stderr, status } = await events.result;
  expect(status).toBe(75);
  expect(stderr).toMatch(/^error: the agent has stopped/);
});

test("events ends with 69 when the agent dies", async () => {
  await using agent = await startAgent();
  const events = agent.background("events");
  await events.line("snapshot");

  await agent.process.kill("SIGKILL");

  const { stderr, status } = await events.result;
  expect(status).toBe(69);
  expect(stderr).toContain("likely cause: the agent was stopped or killed during the call");
});

test("a reader who leaves makes no noise", async () => {
  await using agent = await startAgent();
  const events = agent.startScript("set -o pipefail; syncctl events | { read -r line; echo enough; }");
  await events.line("enough");

  await agent.client.want(
    "A",
    Array.from({ length: 2000 }, (_, index) => ({ unit: `dependency-number-${index}` })),
  );

  expect(await events.result).toEqual({ stdout: "enough\n", stderr: "", status: 0 });
  const list = await agent.sh("set -o pipefail; syncctl list | head -1");
  expect({ ...list, stdout: list.stdout.slice(0, 4) }).toEqual({ stdout: "UNIT", stderr: "", status: 0 });
});
