import { describe, expect, it } from "vitest";
import { endOf, startAgent, untilWaiting } from "./rig.js";

describe("why", () => {
  it("tells what is waited for down to the root, who runs that, and who else waits", async () => {
    await using agent = await startAgent();
    const { client } = agent;
    await client.want("app", [{ unit: "db" }, { unit: "git" }]);
    await client.want("db", [{ unit: "disk", requirement: "started" }]);
    await client.start("git", { owner: process.pid });
    const app = endOf((options) => client.start("app", { wait: true, pid: process.pid, ...options }));
    const db = endOf((options) => client.start("db", { wait: true, ...options }));
    const other = endOf((options) => client.wait([{ unit: "app", requirement: "finished" }], options));
    await untilWaiting(client, 3);

    const why = await client.why("app");
    expect(why).toMatchObject({
      unit_name: "app",
      status: "pending",
      readiness: "waiting",
      starting: { pid: process.pid, command: expect.stringContaining("node") },
      waiters: [{ unit_name: null, required_status: "finished", pid: null, command: null }],
      blockers: [
        { needed_by: "app", unit_name: "db", current_status: "pending", starting: { pid: null } },
        { needed_by: "db", unit_name: "disk", current_status: "not registered", required_status: "started" },
        {
          needed_by: "app",
          unit_name: "git",
          current_status: "started",
          owner: { pid: process.pid },
          starting: null,
        },
      ],
    });
    expect((await client.status("git")).waiters).toMatchObject([
      { unit_name: "app", required_status: "completed", pid: process.pid },
    ]);
    expect((await client.list()).find(({ unit_name }) => unit_name === "disk")?.waiters).toMatchObject([
      { unit_name: "db", required_status: "started" },
    ]);

    await client.start("disk");
    expect(await db).toBe("accepted");
    await client.complete("db");
    await client.complete("git", { pid: process.pid });
    expect(await app).toBe("accepted");
    expect(await client.why("app")).toMatchObject({
      starting: null,
      blockers: [],
      waiters: [{ unit_name: null }],
    });
    await client.complete("app");
    expect(await other).toBe("accepted");
    expect((await client.why("app")).waiters).toEqual([]);
  });

  it("is answered for a name that nobody has declared", async () => {
    await using agent = await startAgent();
    expect(await agent.client.why("x")).toMatchObject({
      status: "not registered",
      blockers: [],
      waiters: [],
    });
  });

  it("is answered for a chain of 3 000 without a word too many", async () => {
    await using agent = await startAgent();
    const { client } = agent;
    await Promise.all(
      Array.from({ length: 3_000 }, (_, index) => client.want(`u${index}`, [{ unit: `u${index + 1}` }])),
    );
    expect((await client.why("u0")).blockers).toHaveLength(3_000);
  });
});

describe("keep waiting", () => {
  it("goes on over a failure until the retry has succeeded", async () => {
    await using agent = await startAgent();
    const { client } = agent;
    await client.want("app", [{ unit: "db" }]);
    const options = { keepWaiting: true } as const;
    const held = [
      endOf((more) => client.start("app", { wait: true, ...options, ...more })),
      endOf((more) => client.wait([{ unit: "db" }], { ...options, ...more })),
    ];
    await untilWaiting(client, 2);
    await client.start("db");
    await client.fail("db");
    expect((await client.status("app")).status).toBe("skipped");
    expect((await client.ping()).waiters).toBe(2);
    await client.start("db");
    await client.complete("db");
    expect(await Promise.all(held)).toEqual(["accepted", "accepted"]);
  });
});

describe("another generation of the agent", () => {
  it("refuses a call that was made for the one before", async () => {
    await using first = await startAgent();
    const { generation } = await first.client.ping();
    await using second = await startAgent();
    const answer = await second.raw(
      `GET /v1/ping HTTP/1.1\r\nhost: x\r\nsync-generation: ${generation}\r\nconnection: close\r\n\r\n`,
    );
    expect(answer).toContain("HTTP/1.1 412");
    expect(answer).toContain("AGENT_RESTARTED");
    expect(answer).toContain((await second.client.ping()).generation);
  });
});

describe("a unit that is reported failed while somebody waits to start it", () => {
  it("ends that wait", async () => {
    await using agent = await startAgent();
    const { client } = agent;
    await client.want("a", [{ unit: "b" }]);
    const held = client.start("a", { wait: true }).catch((error: unknown) => error);
    await untilWaiting(client, 1);
    await client.fail("a", { reason: "given up" });
    expect(await held).toMatchObject({
      code: "INVALID_TRANSITION",
      message: 'cannot start unit "a": it was reported failed while it waited: given up',
    });
  });
});
