import { expect, test } from "vitest";
import { startAgent } from "../rig.js";

test("the status of an unknown unit is no error", async () => {
  await using agent = await startAgent();

  expect(await agent.syncctl("status", "X")).toEqual({
    stdout: "Unit: X\nStatus: not registered\nReady: true\n\nDependencies:\nNo dependencies found\n",
    stderr: "",
    status: 0,
  });
});

test("status has a row for each dependency, declared or not", async () => {
  await using agent = await startAgent();
  await agent.client.want("test-unit", [{ unit: "dep-2" }, { unit: "dep-1" }]);
  await agent.client.start("dep-1");
  await agent.client.complete("dep-1");

  const { stdout } = await agent.syncctl("status", "test-unit");

  expect(stdout.split("\n")).toEqual([
    "Unit: test-unit",
    "Status: pending",
    "Ready: false",
    "",
    "Dependencies:",
    "DEPENDS ON  REQUIRED STATUS  CURRENT STATUS  SATISFIED  ",
    "dep-1       completed        completed       true       ",
    "dep-2       completed        not registered  false      ",
    "",
  ]);
});

test("rows are sorted by name, in tables and in JSON", async () => {
  await using agent = await startAgent();
  await agent.client.want("m", [{ unit: "z" }, { unit: "b" }, { unit: "a" }]);

  const [table, json, list] = await Promise.all([
    agent.syncctl("status", "m", "--column", "depends on"),
    agent.syncctl("status", "m", "-o", "json"),
    agent.syncctl("list", "-c", "unit"),
  ]);

  expect(table.stdout.split("\n").slice(6, 9)).toEqual(["a           ", "b           ", "z           "]);
  expect(json.stdout).toMatch(/"a".*"b".*"z"/s);
  expect(list.stdout.split("\n").map((line) => line.trim())).toEqual(["UNIT", "a", "b", "m", "z", ""]);
});

test("the JSON of status has the fields that it had, with lists that are never null", async () => {
  await using agent = await startAgent();
  await agent.client.want("A", [{ unit: "B" }]);

  const { stdout } = await agent.syncctl("status", "A", "--output", "json");
  const undeclared = await agent.syncctl("status", "B", "--output", "json");

  expect(stdout).toMatch(/^\{\n {2}"unit_name": "A",\n/);
  expect(JSON.parse(stdout)).toMatchObject({
    unit_name: "A",
    status: "pending",
    is_ready: false,
    dependencies: [
      {
        depends_on: "B",
        required_status: "completed",
        current_status: "not registered",
        is_satisfied: false,
      },
    ],
  });
  expect(JSON.parse(undeclared.stdout)).toMatchObject({ status: "not registered", dependencies: [] });
});

test("list says that there is nothing", async () => {
  await using agent = await startAgent();

  expect((await agent.syncctl("list")).stdout).toBe("No units registered\n");
  expect((await agent.syncctl("list", "-o", "json")).stdout).toBe("[]\n");
});

test("list has a line for each unit", async () => {
  await using agent = await startAgent();
  await agent.sh(
    "syncctl start unit-a; syncctl start unit-b; syncctl complete unit-b; syncctl want unit-c unit-a",
  );

  expect((await agent.syncctl("list")).stdout.split("\n")).toEqual([
    "UNIT    STATUS     READY  ",
    "unit-a  started    true   ",
    "unit-b  completed  true   ",
    "unit-c  pending    false  ",
    "",
  ]);
});
