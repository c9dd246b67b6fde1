import { expect, test } from "vitest";
import { startAgent } from "../rig.js";

test("complete marks a started unit completed", async () => {
  await using agent = await startAgent();
  await agent.client.start("A");

  expect(await agent.syncctl("complete", "A")).toEqual({ stdout: "Success\n", stderr: "", status: 0 });

  expect(await agent.client.status("A")).toMatchObject({ status: "completed" });
});

test("complete refuses a unit that nobody has declared", async () => {
  await using agent = await startAgent();

  const { stderr, status } = await agent.syncctl("complete", "A");

  expect(status).toBe(1);
  expect(stderr).toMatch(/^error: complete unit failed: .*unit not found/);
});

test("a pending unit whose dependencies are met can be completed without a start", async () => {
  await using agent = await startAgent();
  await agent.client.want("A", [{ unit: "B" }]);
  await agent.client.start("B");
  await agent.client.complete("B");

  expect((await agent.syncctl("complete", "A")).status).toBe(0);

  expect(await agent.client.status("A")).toMatchObject({ status: "completed" });
});

test("a second complete says that the status is already set", async () => {
  await using agent = await startAgent();
  await agent.client.start("A");
  await agent.syncctl("complete", "A");

  const { stderr, status } = await agent.syncctl("complete", "A");

  expect(status).toBe(1);
  expect(stderr).toContain("same status already set");
});

// A ──finished──▶ B ──▶ C        D ──finished──▶ C
test("what needs a unit finished runs after its failure, and after it was skipped", async () => {
  await using agent = await startAgent();
  await agent.sh(
    "syncctl want A B:finished && syncctl want B C && syncctl want D C:finished && syncctl start C",
  );
  const afterSkip = agent.background("start", "A");
  const afterFailure = agent.background("start", "D");
  await agent.waiters(2);

  await agent.syncctl("fail", "C");

  expect((await afterFailure.result).status).toBe(0);
  expect((await afterSkip.result).status).toBe(0);
  expect(await agent.client.status("B")).toMatchObject({ status: "skipped" });
});

// A ──▶ B (fails)
// └───▶ C (still runs)
test("what needs two units completed is skipped at the first failure, while the other still runs", async () => {
  await using agent = await startAgent();
  await agent.client.want("A", [{ unit: "B" }, { unit: "C" }]);
  await agent.client.start("B");
  await agent.client.start("C");
  const start = await agent.waiting("A");

  await agent.syncctl("fail", "B", "--reason", "no network");

  expect((await start.result).status).toBe(1);
  expect(await agent.client.status("A")).toMatchObject({ status: "skipped" });
  expect(await agent.client.status("C")).toMatchObject({ status: "started" });
});

test("a failure is not overwritten by complete, nor a success by fail", async () => {
  await using agent = await startAgent();
  await agent.sh("syncctl start A; syncctl fail A; syncctl start B; syncctl complete B");

  expect((await agent.syncctl("complete", "A")).status).toBe(1);
  expect((await agent.syncctl("fail", "B")).status).toBe(1);

  expect(await agent.client.status("A")).toMatchObject({ status: "failed" });
  expect(await agent.client.status("B")).toMatchObject({ status: "completed" });
});
