import { once } from "node:events";
import { connect } from "node:net";
import { ProtocolError } from "@sync/protocol/client";
import { describe, expect, test } from "vitest";
import { startAgent } from "./rig.js";

/** Sends the beginning of a request, which keeps an agent that stops for a while, and what follows later. */
async function beginRequest(socketPath: string, begin: string) {
  const connection = connect(socketPath);
  // What is sent with a whole request has been read when that is answered.
  connection.write(`GET /v1/ping HTTP/1.1\r\nHost: x\r\n\r\n${begin}`);
  await once(connection, "data");
  return {
    /** Resolves with all that comes back. */
    end: async (rest: string) => {
      connection.write(rest);
      return (await connection.toArray()).join("");
    },
  };
}

const headers =
  "POST /v1/units/late/start HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 2\r\n";

describe("an agent that is told to stop", () => {
  test("loses nothing that it has acknowledged, and tells the rest that it goes", async () => {
    await using agent = await startAgent();
    const acknowledged = new Set<string>();
    const working = Array.from({ length: 8 }, async (_, worker) => {
      for (let count = 0; ; count += 1) {
        const unit = `${worker}-${count}`;
        await agent.client.start(unit);
        await agent.client.complete(unit);
        acknowledged.add(unit);
      }
    });
    const ends = Promise.allSettled(working);
    while (acknowledged.size < 200) await agent.client.ping();

    expect((await agent.process.kill("SIGTERM")).status).toBe(0);

    for (const end of await ends) {
      const reason: unknown = end.status === "rejected" ? end.reason : undefined;
      expect(reason).toBeInstanceOf(ProtocolError);
      expect(["AGENT_STOPPING", "AGENT_UNREACHABLE"]).toContain(Object(reason).code);
    }
    await using next = await startAgent(agent.sandbox);
    const completed = (await next.client.list()).filter(({ status }) => status === "completed");
    const names = new Set(completed.map(({ unit_name }) => unit_name));
    expect([...acknowledged].filter((unit) => !names.has(unit))).toEqual([]);
  });

  test("hands what waits over to the next one, where it finishes", async () => {
    await using agent = await startAgent();
    await agent.client.want("app", [{ unit: "database" }]);
    const start = await agent.waiting("app");
    const wait = agent.background("wait", "database");
    const run = agent.background("run", "job", "--want", "database", "--", "echo", "done");
    await agent.waiters(3);

    expect((await agent.process.kill("SIGTERM")).status).toBe(0);
    await using next = await startAgent(agent.sandbox);
    await next.waiters(3);
    await next.client.start("database");
    await next.client.complete("database");

    for (const child of [start, wait, run]) expect((await child.result).status).toBe(0);
    expect((await next.client.status("app")).status).toBe("started");
    expect((await next.client.status("job")).status).toBe("completed");
  });

  test.each([
    ["begins", headers, "\r\n{}"],
    ["goes on", `${headers}\r\n{`, "}"],
  ])("refuses a request that %s to arrive after that", async (_, begin, rest) => {
    await using agent = await startAgent();
    const request = await beginRequest(agent.socketPath, begin);
    agent.process.signal("SIGTERM");
    await agent.process.line('"stopping"');

    const answer = await request.end(rest);

    expect(answer).toMatch(/^HTTP\/1.1 503 /);
    expect(answer).toContain('"code":"AGENT_STOPPING"');
    expect((await agent.process.result).status).toBe(0);
    await using next = await startAgent(agent.sandbox);
    expect(await next.client.list()).toEqual([]);
  });

  test("ends at once when it is told so twice", async () => {
    await using agent = await startAgent();
    await beginRequest(agent.socketPath, headers);
    agent.process.signal("SIGTERM");
    await agent.process.line('"stopping"');

    expect((await agent.process.kill("SIGTERM")).status).toBe(143);
    await using next = await startAgent(agent.sandbox);
    expect((await next.syncctl("ping")).status).toBe(0);
  });
});
