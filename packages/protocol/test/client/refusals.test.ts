import { once } from "node:events";
import { createServer } from "node:net";
import { describe, expect, it } from "vitest";
import { Client, ProtocolError } from "../../src/client/index.js";
import { errors, isErrorCode } from "../../src/index.js";
import { temporaryDirectory } from "./bare-agent.js";
import { pending, ping, setStage, transports } from "./stage.js";

const problem = {
  type: "urn:sync:CYCLE_DETECTED",
  title: errors.CYCLE_DETECTED.title,
  status: 409,
  detail: 'cannot make "a" depend on "b": "b" needs "a"',
  code: "CYCLE_DETECTED",
  unit: "a",
  path: ["a", "b", "a"],
};

describe.each(transports)("a refusal over %s", (_, make) => {
  it("is thrown with the agent's code, words and data", async () => {
    await using stage = await setStage(make);
    const wanted = stage.client.want("a", [{ unit: "b" }]);
    (await stage.agent.next()).json(problem, 409);

    const error = await wanted.catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ProtocolError);
    expect(error).toMatchObject({
      name: "ProtocolError",
      code: "CYCLE_DETECTED",
      message: problem.detail,
      problem,
      tried: [],
    });
  });

  it("keeps a code that only a newer agent knows", async () => {
    await using stage = await setStage(make);
    const started = stage.client.start("a");
    (await stage.agent.next()).json({ ...problem, code: "OUT_OF_TEA", status: 418 }, 418);

    expect(isErrorCode("OUT_OF_TEA")).toBe(false);
    await expect(started).rejects.toMatchObject({ code: "OUT_OF_TEA", problem: { status: 418 } });
  });

  it("is thrown by a call for text and by the event stream too", async () => {
    await using stage = await setStage(make);
    const drawn = stage.client.graph({ format: "dot" });
    (await stage.agent.next()).json(problem, 400);
    await expect(drawn).rejects.toMatchObject({ code: problem.code });

    const event = stage.client.events().next();
    (await stage.agent.next()).json(problem, 400);
    await expect(event).rejects.toMatchObject({ code: problem.code });
  });
});

const strangers: ReadonlyArray<
  readonly [title: string, status: number, type: string, body: string | Uint8Array]
> = [
  ["a page for people", 200, "text/html", "<html></html>"],
  ["a page that says 404", 404, "text/html", "<html></html>"],
  ["another daemon's error", 404, "application/json", '{"message":"page not found"}'],
  ["another daemon's document", 200, "application/json", '{"ApiVersion":"1.51"}'],
  ["a list where there is none", 200, "application/json", "[]"],
  ["half a document", 200, "application/json", '{"version":'],
  ["nothing at all", 200, "application/json", ""],
  ["null", 200, "application/json", "null"],
  [
    "what is not UTF-8",
    200,
    "application/json",
    Buffer.from(JSON.stringify({ ...ping, version: "é" }), "latin1"),
  ],
  ["a redirection", 302, "text/plain", ""],
];

describe.each(transports)("an answer over %s", (_, make) => {
  it.each(strangers)("of %s is INVALID_REPLY", async (_, status, type, body) => {
    await using stage = await setStage(make);
    const pinged = stage.client.ping();
    (await stage.agent.next()).reply(status, type, body);

    await expect(pinged).rejects.toMatchObject({
      code: "INVALID_REPLY",
      message: `what answered "ping" is not a sync agent: HTTP ${status}, ${type}`,
      problem: undefined,
    });
  });

  it("may have fields that only a newer agent knows", async () => {
    await using stage = await setStage(make);
    const replied = stage.client.status("claude");
    (await stage.agent.next()).json({ ...pending, owner: { pid: 12 } });
    await expect(replied).resolves.toMatchObject({ owner: { pid: 12 } });
  });

  it("of HTML where text was asked for is INVALID_REPLY", async () => {
    await using stage = await setStage(make);
    const drawn = stage.client.graph({ format: "mermaid" });
    (await stage.agent.next()).reply(200, "text/html", "<html></html>");
    await expect(drawn).rejects.toMatchObject({ code: "INVALID_REPLY" });
  });

  it("that is not HTTP is INVALID_REPLY", async () => {
    await using directory = await temporaryDirectory();
    const server = createServer((socket) => socket.end("SSH-2.0-OpenSSH_9.9\r\n").on("error", () => {}));
    server.listen(directory.path("agent.sock"));
    await once(server, "listening");
    await using client = new Client(make({ socketPaths: [directory.path("agent.sock")] }));

    await expect(client.ping()).rejects.toMatchObject({ code: "INVALID_REPLY" });
    server.close();
  });

  it("that never comes because the agent went away is AGENT_UNREACHABLE", async () => {
    await using stage = await setStage(make);
    const started = stage.client.start("claude", { wait: true });
    (await stage.agent.next()).cut();

    const path = stage.agent.socketPath;
    await expect(started).rejects.toMatchObject({
      code: "AGENT_UNREACHABLE",
      message: `the agent at "${path}" went away during the call`,
      tried: [{ path, reason: "ECONNRESET" }],
    });
  });

  it("that breaks off is AGENT_UNREACHABLE", async () => {
    await using stage = await setStage(make);
    const listed = stage.client.list();
    const exchange = await stage.agent.next();
    exchange.response.writeHead(200, { "content-type": "application/json" });
    exchange.response.write("[", () => exchange.cut());

    await expect(listed).rejects.toMatchObject({
      code: "AGENT_UNREACHABLE",
      message: expect.stringContaining("went away during the call"),
    });
  });
});
