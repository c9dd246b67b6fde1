import { expect, test } from "vitest";
import { type RunningAgent, startAgent } from "../rig.js";

async function dependenciesOf(agent: RunningAgent, unit: string): Promise<string[]> {
  const { dependencies } = await agent.client.status(unit);
  return dependencies.map(({ depends_on, required_status }) => `${depends_on}:${required_status}`);
}

test("want makes the unit pending, and leaves the dependency undeclared", async () => {
  await using agent = await startAgent();

  expect((await agent.syncctl("want", "A", "B")).status).toBe(0);

  expect(await agent.client.status("A")).toMatchObject({ status: "pending", is_ready: false });
  expect(await dependenciesOf(agent, "A")).toEqual(["B:completed"]);
  expect(await agent.client.status("B")).toMatchObject({ status: "not registered" });
});

test("want takes several dependencies and names them in the given order", async () => {
  await using agent = await startAgent();

  const { stdout } = await agent.syncctl("want", "A", "D", "B", "C");

  expect(stdout).toBe('Unit "A" declared dependencies: [D, B, C]\n');
  expect(await dependenciesOf(agent, "A")).toEqual(["B:completed", "C:completed", "D:completed"]);
});

test("the same want twice declares one dependency", async () => {
  await using agent = await startAgent();
  await agent.syncctl("want", "A", "B");

  expect((await agent.syncctl("want", "A", "B")).status).toBe(0);

  expect(await dependenciesOf(agent, "A")).toEqual(["B:completed"]);
});

test("want with a unit alone is wrong usage and registers nothing", async () => {
  await using agent = await startAgent();

  const { status, stderr } = await agent.syncctl("want", "A");

  expect(status).toBe(64);
  expect(stderr).toContain("at least two arguments are required: unit and one or more depends-on");
  expect(await agent.client.list()).toEqual([]);
});

test.each([
  ["", "B"],
  ["A", ""],
  ["A", "B", ""],
])("want refuses an empty name among %j, %j, and declares nothing", async (...names) => {
  await using agent = await startAgent();

  const { status, stderr } = await agent.syncctl("want", ...names);

  expect(status).toBe(64);
  expect(stderr).toContain("unit name is required");
  expect(await agent.client.list()).toEqual([]);
});

test("a dependency that has completed already is met at once", async () => {
  await using agent = await startAgent();
  await agent.client.start("B");
  await agent.client.complete("B");

  await agent.syncctl("want", "A", "B");

  expect(await agent.client.status("A")).toMatchObject({
    is_ready: true,
    dependencies: [{ depends_on: "B", is_satisfied: true }],
  });
});

// A ──▶ B, and then B ──▶ A
test("want refuses to close a cycle of two", async () => {
  await using agent = await startAgent();
  await agent.syncctl("want", "A", "B");

  const { status, stderr } = await agent.syncctl("want", "B", "A");

  expect(status).toBe(65);
  expect(stderr).toMatch(/^error: declare dependency failed: .*cycle/);
  expect(await dependenciesOf(agent, "B")).toEqual([]);
});

// A ──▶ B ──▶ C, and then C ──▶ A
test("want refuses to close a longer cycle, and leaves the dependencies there are", async () => {
  await using agent = await startAgent();
  await agent.client.want("A", [{ unit: "B" }]);
  await agent.client.want("B", [{ unit: "C" }]);

  expect((await agent.syncctl("want", "C", "A")).status).toBe(65);

  expect(await dependenciesOf(agent, "A")).toEqual(["B:completed"]);
  expect(await dependenciesOf(agent, "B")).toEqual(["C:completed"]);
  expect(await dependenciesOf(agent, "C")).toEqual([]);
});

test("want refuses a unit that depends on itself", async () => {
  await using agent = await startAgent();

  const { status, stderr } = await agent.syncctl("want", "A", "A");

  expect(status).toBe(65);
  expect(stderr).toContain("A -> A");
});

test("a want after the start is accepted and leaves the unit started", async () => {
  await using agent = await startAgent();
  await agent.client.start("A");

  expect((await agent.syncctl("want", "A", "B")).status).toBe(0);

  expect(await agent.client.status("A")).toMatchObject({
    status: "started",
    dependencies: [{ depends_on: "B", is_satisfied: false }],
  });
});

// D ──▶ B ──▶ A
// └───▶ C ────┘
test("a diamond is no cycle", async () => {
  await using agent = await startAgent();

  const { status } = await agent.sh(
    "syncctl want D B C && syncctl want B A && syncctl want C A && syncctl want D A",
  );

  expect(status).toBe(0);
  expect((await agent.client.graph()).layers).toEqual([["A"], ["B", "C"], ["D"]]);
});

test("one pair with two requirements is a conflict, and with the same one nothing new", async () => {
  await using agent = await startAgent();
  await agent.syncctl("want", "A", "B:finished");

  expect((await agent.syncctl("want", "A", "B:finished")).status).toBe(0);
  const conflict = await agent.syncctl("want", "A", "B");

  expect(conflict.status).toBe(65);
  expect(conflict.stderr).toContain('"B"');
  expect(await dependenciesOf(agent, "A")).toEqual(["B:finished"]);
});
