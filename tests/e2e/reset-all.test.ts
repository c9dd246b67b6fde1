import { expect, test } from "vitest";
import { startAgent } from "./rig.js";

test("reset --all begins a new run: every unit is pending, and what it depends on stays", async () => {
  await using agent = await startAgent();
  const { client } = agent;
  await client.want("app", [{ unit: "db" }]);
  await client.start("db");
  await client.complete("db");
  await client.start("app");
  await client.fail("app");

  expect((await agent.syncctl("reset", "--all")).stdout).toBe("Success\n");

  const units = await client.list();
  expect(units.map(({ unit_name, status, is_ready }) => [unit_name, status, is_ready])).toEqual([
    ["app", "pending", false],
    ["db", "pending", true],
  ]);
});

test("reset --all resets nothing when a unit belongs to another owner, unless by force", async () => {
  await using agent = await startAgent();
  const { client } = agent;
  await using lease = await client.lease();
  await client.start("ours", { lease: lease.id });
  await client.start("free");

  const refused = await agent.syncctl("reset", "--all");
  expect(refused.status).toBe(77);
  expect((await client.status("free")).status).toBe("started");
  expect((await agent.syncctl("reset", "--all", "--force")).status).toBe(0);
  expect((await client.status("ours")).status).toBe("pending");
  expect((await agent.syncctl("reset", "--all", "app")).status).toBe(64);
});
