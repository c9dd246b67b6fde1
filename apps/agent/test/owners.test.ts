import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { Client } from "@sync/protocol/client";
import { describe, expect, it } from "vitest";
import { endOf, startAgent, untilWaiting } from "./rig.js";

/** A process of ours that does nothing until it is killed. */
function idle(): ChildProcess & Disposable {
  const child = spawn("sleep", ["600"], { stdio: "ignore" });
  return Object.assign(child, { [Symbol.dispose]: () => void child.kill("SIGKILL") });
}

function pidOf(child: ChildProcess): number {
  return child.pid ?? Number.NaN;
}

/** Resolves when a unit has failed, with its reason. */
async function failureOf(client: Client, unit: string): Promise<string | null> {
  for await (const event of client.events()) {
    if (event.type === "snapshot") {
      const found = event.units.find(({ unit_name, status }) => unit_name === unit && status === "failed");
      if (found !== undefined) return found.reason;
    } else if (event.type === "failed" && event.unit_name === unit) return event.reason;
  }
  throw new Error("the events have ended");
}

describe("a lease", () => {
  it("fails what it has started and not ended, the moment its connection is gone", async () => {
    await using agent = await startAgent();
    const { client } = agent;
    const lease = await client.lease();
    for (const unit of ["runs", "done"]) await client.start(unit, { lease: lease.id });
    await client.complete("done", { lease: lease.id });
    await client.want("next", [{ unit: "runs" }]);
    const next = endOf((options) => client.start("next", { wait: true, ...options }));
    await untilWaiting(client, 1);
    await lease.close();
    expect(await next).toBe("DEPENDENCY_FAILED");
    expect(await client.status("runs")).toMatchObject({
      status: "failed",
      reason: "owner lost",
      owner: null,
    });
    expect(await client.status("done")).toMatchObject({ status: "completed" });
  });

  it("fails what it waits to start, and ends that wait", async () => {
    await using agent = await startAgent();
    const { client } = agent;
    const lease = await client.lease();
    await client.want("a", [{ unit: "b" }]);
    const held = endOf((options) => client.start("a", { wait: true, lease: lease.id, ...options }));
    await untilWaiting(client, 1);
    await lease.close();
    expect(await held).toBe("OWNER_LOST");
    expect(await failureOf(client, "a")).toBe("owner lost");
  });

  it("leaves what was skipped meanwhile to who has failed", async () => {
    await using agent = await startAgent();
    const { client } = agent;
    const lease = await client.lease();
    await client.want("a", [{ unit: "b" }]);
    await client.start("b");
    const held = endOf((options) => client.start("a", { wait: true, lease: lease.id, ...options }));
    await untilWaiting(client, 1);
    await client.fail("b", { reason: "exit 3" });
    expect(await held).toBe("DEPENDENCY_FAILED");
    await lease.close();
    const events = client.events({ after: 0 });
    for await (const event of events) if (event.type === "reset") break;
    expect(await client.status("a")).toMatchObject({
      status: "skipped",
      owner: null,
      root_causes: [{ unit_name: "b", reason: "exit 3" }],
    });
  });

  it("fails what it has only declared", async () => {
    await using agent = await startAgent();
    const { client } = agent;
    const lease = await client.lease();
    await client.want("a", [{ unit: "b" }], { lease: lease.id });
    await lease.close();
    expect(await failureOf(client, "a")).toBe("owner lost");
  });

  it("that has ended cannot start anything", async () => {
    await using agent = await startAgent();
    const lease = await agent.client.lease();
    await lease.close();
    await agent.client.start("a");
    expect(await endOf(() => agent.client.start("b", { lease: lease.id }))).toBe("OWNER_LOST");
    expect((await agent.client.list()).map(({ unit_name }) => unit_name)).toEqual(["a"]);
  });

  it("keeps others from reporting, but not by force", async () => {
    await using agent = await startAgent();
    const { client } = agent;
    await using mine = await client.lease({ pid: process.pid });
    await using other = await client.lease();
    await client.start("a", { lease: mine.id });
    expect((await client.status("a")).owner?.pid).toBe(process.pid);
    for (const report of ["complete", "fail", "reset"] as const) {
      expect(await endOf(() => client[report]("a"))).toBe("CANNOT_UPDATE_OTHER_UNIT");
      expect(await endOf(() => client[report]("a", { lease: other.id }))).toBe("CANNOT_UPDATE_OTHER_UNIT");
      expect(await endOf(() => client[report]("a", { pid: 1 }))).toBe("CANNOT_UPDATE_OTHER_UNIT");
    }
    expect((await client.complete("a", { force: true })).status).toBe("completed");
  });

  it("lets the processes that its holder has started report", async () => {
    await using agent = await startAgent();
    const { client } = agent;
    await using lease = await client.lease({ pid: process.pid });
    using child = idle();
    await client.start("a", { lease: lease.id });
    expect((await client.complete("a", { pid: pidOf(child) })).status).toBe("completed");
  });

  it("is counted among two hundred: each fails its own unit only", async () => {
    await using agent = await startAgent();
    const { client } = agent;
    const leases = await Promise.all(Array.from({ length: 200 }, () => client.lease()));
    await Promise.all(leases.map((lease, index) => client.start(`u${index}`, { lease: lease.id })));
    const closed = leases.filter((_, index) => index % 2 === 0);
    await Promise.all(closed.map((lease) => lease.close()));
    for (let failed = 0; failed < closed.length; ) {
      failed = (await client.list()).filter(({ status }) => status === "failed").length;
    }
    const statuses = await client.list();
    expect(statuses.filter(({ status }) => status === "started")).toHaveLength(100);
    await Promise.all(leases.map((lease) => lease.close()));
  });
});

describe("an owner that is a process", () => {
  it("is noticed when it dies, and its unit fails", async () => {
    await using agent = await startAgent();
    const { client } = agent;
    using script = idle();
    const unit = await client.start("a", { owner: pidOf(script) });
    expect(unit.owner).toEqual({ pid: script.pid, command: "sleep 600" });
    await client.want("next", [{ unit: "a" }]);
    const next = endOf((options) => client.start("next", { wait: true, ...options }));
    script.kill("SIGKILL");
    expect(await next).toBe("DEPENDENCY_FAILED");
    expect(await failureOf(client, "a")).toBe("owner lost");
  });

  it("is noticed when it has died and nobody has buried it yet", async () => {
    await using agent = await startAgent();
    const { client } = agent;
    // The shell becomes a program that never waits for the child it had.
    const parent = spawn("sh", ["-c", "sleep 600 & echo $!; exec sleep 600"], {
      stdio: ["ignore", "pipe", "ignore"],
    });
    try {
      const [line] = (await once(createInterface(parent.stdout), "line")) as [string];
      await client.start("a", { owner: Number(line) });
      process.kill(Number(line), "SIGKILL");
      expect(await failureOf(client, "a")).toBe("owner lost");
    } finally {
      parent.kill("SIGKILL");
    }
  });

  it("is noticed while it waits, and the wait ends", async () => {
    await using agent = await startAgent();
    const { client } = agent;
    using script = idle();
    await client.want("a", [{ unit: "b" }]);
    const held = endOf((options) => client.start("a", { wait: true, owner: pidOf(script), ...options }));
    await untilWaiting(client, 1);
    script.kill("SIGKILL");
    expect(await held).toBe("OWNER_LOST");
    expect(await failureOf(client, "a")).toBe("owner lost");
  });

  it("may end once its unit has reported", async () => {
    await using agent = await startAgent();
    const { client } = agent;
    using script = idle();
    using other = idle();
    await client.start("a", { owner: pidOf(script) });
    await client.start("b", { owner: pidOf(other) });
    await client.complete("a", { pid: pidOf(script) });
    for (const child of [script, other]) child.kill("SIGKILL");
    expect(await failureOf(client, "b")).toBe("owner lost");
    expect((await client.status("a")).status).toBe("completed");
  });

  it("must live", async () => {
    await using agent = await startAgent();
    const child = idle();
    child.kill("SIGKILL");
    await once(child, "exit");
    expect(await endOf(() => agent.client.start("a", { owner: pidOf(child) }))).toBe("OWNER_LOST");
    expect(await agent.client.list()).toEqual([]);
  });

  it("speaks through whatever it has started, and nobody else does", async () => {
    await using agent = await startAgent();
    const { client } = agent;
    using script = idle();
    using stranger = idle();
    await client.start("a", { owner: process.pid });
    await client.start("b", { owner: pidOf(script) });
    expect(await endOf(() => client.complete("b", { pid: pidOf(stranger) }))).toBe(
      "CANNOT_UPDATE_OTHER_UNIT",
    );
    expect((await client.complete("a", { pid: pidOf(stranger) })).status).toBe("completed");
  });
});
