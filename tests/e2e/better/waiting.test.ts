import { expect, test } from "vitest";
import { startAgent } from "../rig.js";

// A ──▶ B ──▶ C, and then C ──▶ A
test("a refused cycle is printed whole, and leaves nothing behind", async () => {
  await using agent = await startAgent();
  await agent.client.want("A", [{ unit: "B" }]);
  await agent.client.want("B", [{ unit: "C" }]);
  const before = await agent.client.list();

  const { stderr, status } = await agent.syncctl("want", "C", "X", "A");

  expect(status).toBe(65);
  expect(stderr).toContain("C -> A -> B -> C");
  expect(await agent.client.list()).toEqual(before);
  expect((await agent.client.graph()).layers).toEqual([["C"], ["B"], ["A"]]);
});

test("a want of which one part is refused declares no part of it", async () => {
  await using agent = await startAgent();

  expect((await agent.syncctl("want", "A", "B", "A")).status).toBe(65);

  expect(await agent.client.list()).toEqual([]);
});

test("a timeout has a status of its own, and names what was missing and its state", async () => {
  await using agent = await startAgent();
  await agent.client.want("A", [{ unit: "B" }, { unit: "C" }]);
  await agent.client.start("B");

  const { stderr, status } = await agent.syncctl("start", "A", "--timeout", "10ms");

  expect(status).toBe(124);
  expect(stderr).toMatch(/^ {2}├─ "B" is started for \d+s; must be completed$/m);
  expect(stderr).toMatch(/^ {2}└─ "C" is not registered; must be completed; nobody has declared it$/m);
  expect(stderr).toMatch(/^ {2}next: to see what it waits for: syncctl why A$/m);
});

test("a wait takes up a dependency that is declared while it lasts", async () => {
  await using agent = await startAgent();
  await agent.client.want("A", [{ unit: "B" }]);
  const start = await agent.waiting("A");

  await agent.client.want("A", [{ unit: "C" }]);
  await agent.client.start("B");
  await agent.client.complete("B");
  expect(await agent.client.status("A")).toMatchObject({ status: "pending" });
  expect(await agent.client.ping()).toMatchObject({ waiters: 1 });

  await agent.client.start("C");
  await agent.client.complete("C");
  expect((await start.result).status).toBe(0);
});

test("fifty waiters are released together, without a poll", async () => {
  await using agent = await startAgent();
  await agent.client.start("B");
  const units = Array.from({ length: 50 }, (_, index) => `A${index}`);
  await Promise.all(units.map((unit) => agent.client.want(unit, [{ unit: "B" }])));
  const starts = units.map((unit) => agent.client.start(unit, { wait: true }));
  await agent.waiters(50);

  await agent.client.complete("B");
  await Promise.all(starts);

  const [, count] =
    /^sync_commands_total\{command="start",code="ok"\} (\d+)$/m.exec(await agent.client.metrics()) ?? [];
  expect(Number(count)).toBe(1 + units.length);
  expect(await agent.client.metrics()).not.toMatch(/^sync_commands_total\{command="start",code="[A-Z]/m);
});

test("a wait ends at once when the dependency fails, and tells why", async () => {
  await using agent = await startAgent();
  await agent.client.want("A", [{ unit: "B" }]);
  await agent.client.start("B");
  const start = await agent.waiting("A");

  await agent.syncctl("fail", "B", "--reason", "no space left");

  const { stderr, status } = await start.result;
  expect(status).toBe(1);
  expect(stderr).toMatch(/root cause: "B" failed \d+s ago; must be completed; reason: no space left$/m);
});

// C ──▶ B ──▶ A
test("a failure skips what depends on it, near and far, and is named as the root cause", async () => {
  await using agent = await startAgent();
  await agent.client.want("C", [{ unit: "B" }]);
  await agent.client.want("B", [{ unit: "A" }]);
  await agent.client.start("A");
  const start = await agent.waiting("C");

  await agent.syncctl("finish", "A", "--status", "137");

  expect((await start.result).stderr).toMatch(
    /root cause: "A" failed \d+s ago; must be completed; reason: killed by SIGKILL$/m,
  );
  expect((await agent.syncctl("status", "B")).stdout).toContain(
    'Status: skipped\nReady: false\nRoot cause: "A" failed: killed by SIGKILL\n',
  );
  expect(await agent.client.status("C")).toMatchObject({ status: "skipped", readiness: "blocked" });
});

test("what was skipped is pending again when the failed unit is started again", async () => {
  await using agent = await startAgent();
  await agent.client.want("B", [{ unit: "A" }]);
  await agent.sh("syncctl start A; syncctl fail A");
  expect(await agent.client.status("B")).toMatchObject({ status: "skipped" });

  await agent.syncctl("start", "A");

  expect(await agent.client.status("B")).toMatchObject({ status: "pending" });
});

test("a script whose start has timed out is not taken for a success", async () => {
  await using agent = await startAgent();
  await agent.client.want("after", [{ unit: "A" }]);

  const script =
    "set -e; trap 'syncctl finish A --status $?' EXIT; syncctl want A B; syncctl start A --timeout 10ms";
  expect((await agent.sh(script)).status).toBe(124);

  expect(await agent.client.status("A")).toMatchObject({ status: "failed", reason: "exit 124" });
  expect(await agent.client.status("after")).toMatchObject({ status: "skipped" });
});
