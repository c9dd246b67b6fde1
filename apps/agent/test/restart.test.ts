import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createClient } from "@sync/protocol/client";
import { describe, expect, it } from "vitest";
import { createAgent } from "../src/index.js";
import { temporaryFolder } from "./rig.js";

describe("an agent with a journal", () => {
  it("knows after a restart what it knew before, and is the same generation", async () => {
    using folder = temporaryFolder();
    const options = { socketPath: join(folder.path, "agent.sock"), journal: join(folder.path, "journal") };
    const client = createClient({ socketPaths: [options.socketPath] });
    const first = await createAgent(options);
    await client.want("app", [{ unit: "db" }]);
    await client.start("db", { owner: process.pid });
    const before = { list: await client.list(), generation: (await client.ping()).generation };
    await first.close();
    const second = await createAgent(options);
    expect({ list: await client.list(), generation: (await client.ping()).generation }).toEqual(before);
    expect((await client.ping()).journal).toMatchObject({ failure: null });
    await client.close();
    await second.close();
  });

  it("fails after a restart what belonged to a process that has ended meanwhile", async () => {
    using folder = temporaryFolder();
    const options = { socketPath: join(folder.path, "agent.sock"), journal: join(folder.path, "journal") };
    const client = createClient({ socketPaths: [options.socketPath] });
    const first = await createAgent(options);
    const child = spawn("sleep", ["600"], { stdio: "ignore" });
    await client.start("db", { owner: child.pid });
    await first.close();
    child.kill("SIGKILL");
    await once(child, "exit");
    const second = await createAgent(options);
    await expect(client.wait([{ unit: "db" }])).rejects.toMatchObject({
      code: "DEPENDENCY_FAILED",
      problem: { root_causes: [{ unit_name: "db", reason: "owner lost" }] },
    });
    await client.close();
    await second.close();
  });

  it("gives a lease back to who held it, and fails what nobody comes back for", async () => {
    using folder = temporaryFolder();
    const options = {
      socketPath: join(folder.path, "agent.sock"),
      journal: join(folder.path, "journal"),
      leaseGraceMs: 3_000,
    };
    const client = createClient({ socketPaths: [options.socketPath] });
    const first = await createAgent(options);
    const kept = await client.lease();
    await client.start("kept", { lease: kept.id });
    const gone = createClient({ socketPaths: [options.socketPath] });
    const lost = await gone.lease();
    await gone.start("lost", { lease: lost.id });
    await first.close();
    await gone.close();
    const second = await createAgent(options);
    await client.wait([{ unit: "lost", requirement: "finished" }]);
    expect(await client.status("lost")).toMatchObject({ status: "failed", reason: "owner lost" });
    expect((await client.complete("kept", { lease: kept.id })).status).toBe("completed");
    expect(kept.lost.aborted).toBe(false);
    await kept.close();
    await client.close();
    await second.close();
  });

  it("gives a lease back that owned nothing yet, to be used even before it is held again", async () => {
    using folder = temporaryFolder();
    const options = {
      socketPath: join(folder.path, "agent.sock"),
      journal: join(folder.path, "journal"),
      leaseGraceMs: 60_000,
    };
    const client = createClient({ socketPaths: [options.socketPath] });
    const first = await createAgent(options);
    const lease = await client.lease({ pid: process.pid });
    await first.close();
    const second = await createAgent(options);
    expect((await client.start("a", { lease: lease.id })).status).toBe("started");
    expect(lease.lost.aborted).toBe(false);
    // Who holds it is known once it is held again: until then the unit is another's.
    const report = () => client.fail("b", { pid: process.pid }).then(({ status }) => status, String);
    await client.start("b", { lease: lease.id });
    while ((await report()).includes("belongs to"));
    expect((await client.status("b")).status).toBe("failed");
    await lease.close();
    await client.wait([{ unit: "a", requirement: "finished" }]);
    expect(await client.status("a")).toMatchObject({ status: "failed", reason: "owner lost" });
    await client.close();
    await second.close();
  });
});
