import { expect, test } from "vitest";
import { startAgent } from "../rig.js";

test("a unit that nobody has declared starts at once", async () => {
  await using agent = await startAgent();

  const { stdout, status } = await agent.syncctl("start", "A");

  expect(status).toBe(0);
  expect(stdout).toBe('Unit "A" started with no dependencies\n');
  expect(await agent.client.status("A")).toMatchObject({ status: "started" });
});

test("a start whose dependencies are met returns at once and names them, sorted", async () => {
  await using agent = await startAgent();
  await agent.client.want("A", [{ unit: "C" }, { unit: "B" }]);
  for (const unit of ["B", "C"]) {
    await agent.client.start(unit);
    await agent.client.complete(unit);
  }

  const { stdout, status } = await agent.syncctl("start", "A");

  expect(status).toBe(0);
  expect(stdout).toBe('Unit "A" started immediately, dependencies already satisfied: [B, C]\n');
});

test("a start waits until its dependency completes", async () => {
  await using agent = await startAgent();
  await agent.client.want("A", [{ unit: "B" }]);
  const start = await agent.waiting("A");

  await agent.client.start("B");
  await agent.client.complete("B");

  expect(await start.result).toEqual({
    stdout:
      'Unit "A" is waiting for dependencies to be satisfied: [B]\n' +
      'Unit "A" finished waiting for dependencies: [B]\n',
    stderr: "",
    status: 0,
  });
  expect(await agent.client.status("A")).toMatchObject({ status: "started" });
});

test("a start that waits names only what is not met", async () => {
  await using agent = await startAgent();
  await agent.client.want("A", [{ unit: "B" }, { unit: "C" }]);
  await agent.client.start("B");
  await agent.client.complete("B");

  const start = await agent.waiting("A");

  expect(await start.line("waiting")).toBe('Unit "A" is waiting for dependencies to be satisfied: [C]');
});

test("a start goes on waiting while its dependency has only started", async () => {
  await using agent = await startAgent();
  await agent.client.want("A", [{ unit: "B" }]);
  const start = await agent.waiting("A");

  await agent.client.start("B");

  expect(await agent.client.ping()).toMatchObject({ waiters: 1 });
  await agent.client.complete("B");
  expect((await start.result).status).toBe(0);
});

test("a start times out, and leaves the unit pending", async () => {
  await using agent = await startAgent();
  await agent.client.want("A", [{ unit: "B" }]);
  const begun = performance.now();

  const { stderr, status } = await agent.syncctl("start", "A", "--timeout", "500ms");

  expect(performance.now() - begun).toBeGreaterThan(500);
  expect(status).toBe(124);
  expect(stderr).toMatch(/^error: timeout waiting for dependencies of unit 'A'\n/);
  expect(await agent.client.status("A")).toMatchObject({ status: "pending" });
});

test("a start that has timed out can be repeated", async () => {
  await using agent = await startAgent();
  await agent.client.want("A", [{ unit: "B" }]);
  await agent.syncctl("start", "A", "--timeout", "10ms");
  await agent.client.start("B");
  await agent.client.complete("B");

  expect((await agent.syncctl("start", "A")).status).toBe(0);
});

test("a timeout of 0 waits without limit", async () => {
  await using agent = await startAgent();
  await agent.client.want("A", [{ unit: "B" }]);
  const start = await agent.waiting("A", "--timeout", "0");

  await agent.client.start("B");
  await agent.client.complete("B");

  expect((await start.result).status).toBe(0);
});

test("a second start says that the status is already set", async () => {
  await using agent = await startAgent();
  await agent.syncctl("start", "A");

  const { stderr, status } = await agent.syncctl("start", "A");

  expect(status).toBe(1);
  expect(stderr).toMatch(/^error: start unit failed: .*same status already set/);
});

test("of ten starts at once one is accepted", async () => {
  await using agent = await startAgent();

  const results = await Promise.all(Array.from({ length: 10 }, () => agent.syncctl("start", "A")));

  expect(results.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([
    0, 1, 1, 1, 1, 1, 1, 1, 1, 1,
  ]);
  expect(await agent.client.status("A")).toMatchObject({ status: "started" });
});

test("a start that does not wait is refused while a dependency is not met", async () => {
  await using agent = await startAgent();
  await agent.client.want("A", [{ unit: "B" }]);

  await expect(agent.client.start("A")).rejects.toMatchObject({
    code: "DEPENDENCIES_NOT_SATISFIED",
    message: expect.stringContaining("unit not ready"),
  });

  expect(await agent.client.status("A")).toMatchObject({ status: "pending" });
});

test("start takes exactly one unit", async () => {
  await using agent = await startAgent();

  for (const names of [[], ["A", "B"]]) {
    const { stderr, status } = await agent.syncctl("start", ...names);
    expect(status).toBe(64);
    expect(stderr).toContain("exactly one unit name is required");
  }
});

test("a completed unit can be started again", async () => {
  await using agent = await startAgent();

  const { status } = await agent.sh("syncctl start A && syncctl complete A && syncctl start A");

  expect(status).toBe(0);
  expect(await agent.client.status("A")).toMatchObject({ status: "started" });
});
