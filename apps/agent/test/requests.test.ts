import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import { text } from "node:stream/consumers";
import { type Journal, MemoryJournal } from "@sync/manager";
import { generationHeader, requestIdHeader } from "@sync/protocol";
import { pino } from "pino";
import { describe, expect, it } from "vitest";
import { startAgent, type TestAgent } from "./rig.js";

interface Asked {
  readonly method?: string;
  readonly name?: string | string[];
  readonly body?: string;
}

/** Makes a request, and resolves with the name it has got and with what was answered. */
async function ask({ socketPath }: TestAgent, path: string, { method = "GET", name, body }: Asked = {}) {
  const headers = {
    ...(name !== undefined && { [requestIdHeader]: name }),
    ...(body !== undefined && { "content-type": "application/json" }),
  };
  const sent = request({ socketPath, path, method, headers }).end(body);
  const [response]: IncomingMessage[] = await once(sent, "response");
  if (response === undefined) throw new Error("there was no response");
  const { [requestIdHeader]: told, [generationHeader]: generation } = response.headers;
  return { name: told, generation, answer: await text(response) };
}

/** A log, and its lines. */
function newLog() {
  const lines: Record<string, unknown>[] = [];
  const logger = pino({ level: "debug" }, { write: (line) => void lines.push(JSON.parse(line)) });
  return { lines, logger };
}

/** Keeps nothing, and says so in a way that nobody has foreseen. */
class BrokenJournal extends MemoryJournal implements Journal {
  override append(): Promise<number> {
    return Promise.reject(new TypeError("the disk is a teapot"));
  }
}

describe("a request", () => {
  it("is called what the client calls it, in the answer and in the log", async () => {
    const { lines, logger } = newLog();
    await using agent = await startAgent({ logger });
    expect((await ask(agent, "/v1/ping", { name: "deploy-7/step.2" })).name).toBe("deploy-7/step.2");
    expect(lines).toMatchObject([
      { request: "deploy-7/step.2", method: "GET", path: "/v1/ping", code: "ok", msg: "answered" },
    ]);
  });

  it("has a name of its own when the client gives none, or one that is not fit for a log", async () => {
    await using agent = await startAgent();
    const asked = [undefined, "two words", "é", "x".repeat(65), "", ["two", "headers"]];
    const names = await Promise.all(
      asked.map(async (name) => (await ask(agent, "/v1/ping", name === undefined ? {} : { name })).name),
    );
    for (const name of names) expect(name).toMatch(/^[\da-f]{8}-\d+$/);
    expect(new Set(names).size).toBe(names.length);
  });

  it("has one also when it is refused before it is understood, by an agent that says which it is", async () => {
    await using agent = await startAgent({ limits: { body: 1_000 } });
    const name = "mine";
    const refused = [
      ask(agent, "/nowhere", { name }),
      ask(agent, "/v1/units/%ff", { name }),
      ask(agent, "/v1/wait", { name, method: "POST", body: "{" }),
      ask(agent, "/v1/wait", { name, method: "POST", body: "x".repeat(2_000) }),
    ];
    const { generation } = await agent.client.ping();
    for (const answered of await Promise.all(refused)) expect(answered).toMatchObject({ name, generation });
  });

  it("that meets a bug names the lines of the log that say more, and nothing of them", async () => {
    const { lines, logger } = newLog();
    await using agent = await startAgent({ logger, journal: new BrokenJournal() });
    const { name, answer } = await ask(agent, "/v1/units/a/start", { method: "POST" });
    expect(JSON.parse(answer)).toMatchObject({
      code: "INTERNAL",
      detail: `the agent's log says more about request "${String(name)}"`,
    });
    expect(answer).not.toContain("teapot");
    expect(lines.filter(({ level }) => level === 50)).toMatchObject([
      { request: name, err: { type: "TypeError", message: "the disk is a teapot" }, msg: "cannot answer" },
    ]);
  });

  it("leaves neither its body nor a reason in the log", async () => {
    const { lines, logger } = newLog();
    await using agent = await startAgent({ logger });
    await agent.client.start("a");
    await agent.client.fail("a", { reason: "the password is hunter2" });
    expect(JSON.stringify(lines)).not.toContain("hunter2");
    expect(lines.map(({ code }) => code)).toEqual(["ok", "ok"]);
  });
});
