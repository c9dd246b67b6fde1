import { describe, expect, it } from "vitest";
import type { EventDocument } from "../../src/index.js";
import { pending, setStage, transports } from "./stage.js";

const at = "2026-01-02T03:04:05.678Z";
const snapshot: EventDocument = {
  type: "snapshot",
  sequence: 1,
  units: [{ ...pending, dependencies: [], root_causes: [], waiters: [], unit_name: "é 🚀 \n\n data: x" }],
};
const facts: EventDocument[] = [
  snapshot,
  { type: "registered", sequence: 2, at, unit_name: "git" },
  { type: "wanted", sequence: 3, at, unit_name: "claude", depends_on: "git", required_status: "completed" },
  { type: "failed", sequence: 4, at, unit_name: "git", reason: "exit status 1" },
];

function frame(event: EventDocument, newline = "\n"): string {
  return [`id: ${event.sequence}`, `event: ${event.type}`, `data: ${JSON.stringify(event)}`, "", ""].join(
    newline,
  );
}

describe.each(transports)("the event stream over %s", (_, make) => {
  it.each([
    ["\\n", "\n"],
    ["\\r\\n", "\r\n"],
  ])("is read whole when every byte comes alone and lines end in %s", async (_, newline) => {
    await using stage = await setStage(make);
    const events = stage.client.events();
    const first = events.next();
    const { response } = await stage.agent.next();

    response.writeHead(200, { "content-type": "text/event-stream" });
    response.socket?.setNoDelay(true);
    const bytes = Buffer.from(
      `: hello${newline}${newline}${facts.map((fact) => frame(fact, newline)).join("")}`,
    );
    for (const byte of bytes) {
      await new Promise((resolve) => response.write(Uint8Array.of(byte), resolve));
    }
    response.end();

    const read = [(await first).value];
    for await (const event of events) {
      read.push(event);
    }
    expect(read).toEqual(facts);
  });

  it("is the same wherever it is cut in two", async () => {
    await using stage = await setStage(make);
    const bytes = Buffer.from(frame(snapshot));
    for (let cut = 1; cut < bytes.length; cut++) {
      const events = stage.client.events();
      const first = events.next();
      const { response } = await stage.agent.next();
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write(bytes.subarray(0, cut), () => response.end(bytes.subarray(cut)));
      expect(await first).toEqual({ done: false, value: snapshot });
      expect(await events.next()).toEqual({ done: true, value: undefined });
    }
  });

  it("yields each event as it happens, and ends when the agent ends it", async () => {
    await using stage = await setStage(make);
    const events = stage.client.events();
    const first = events.next();
    const { response } = await stage.agent.next();

    response.writeHead(200, { "content-type": "text/event-stream; charset=utf-8" });
    response.write(frame(facts[0] ?? snapshot));
    expect((await first).value).toEqual(facts[0]);
    const second = events.next();
    response.write(frame(facts[1] ?? snapshot));
    expect((await second).value).toEqual(facts[1]);
    response.end(": half an event\nda");
    await expect(events.next()).resolves.toEqual({ done: true, value: undefined });
  });

  it("asks for what came after a sequence number", async () => {
    await using stage = await setStage(make);
    const event = stage.client.events({ after: 0 }).next();
    const exchange = await stage.agent.next();
    expect(exchange.url).toBe("/v1/events?after=0");
    exchange.reply(200, "text/event-stream", "");
    await event;
  });

  it("sends nothing before the first event is asked for", async () => {
    await using stage = await setStage(make);
    await stage.client.events().return();
    expect(stage.agent.connections).toBe(0);
  });

  it("closes the connection when the loop is left", async () => {
    await using stage = await setStage(make);
    const left = (async () => {
      for await (const event of stage.client.events()) {
        return event;
      }
      return undefined;
    })();
    const exchange = await stage.agent.next();
    exchange.response.writeHead(200, { "content-type": "text/event-stream" }).write(frame(snapshot));
    await expect(left).resolves.toEqual(snapshot);
    await exchange.gone;
  });

  it.each(["before the first event", "between two"])("is ended by its signal %s", async (moment) => {
    await using stage = await setStage(make);
    const controller = new AbortController();
    const events = stage.client.events({ signal: controller.signal });
    let next = events.next();
    const exchange = await stage.agent.next();
    if (moment === "between two") {
      exchange.response.writeHead(200, { "content-type": "text/event-stream" }).write(frame(snapshot));
      await next;
      next = events.next();
    }
    controller.abort("enough");
    await expect(next).rejects.toBe("enough");
    await exchange.gone;
  });

  it("fails with AGENT_UNREACHABLE when it is cut off", async () => {
    await using stage = await setStage(make);
    const events = stage.client.events();
    const first = events.next();
    const exchange = await stage.agent.next();
    exchange.response.writeHead(200, { "content-type": "text/event-stream" }).write(frame(snapshot));
    await first;
    exchange.cut();
    await expect(events.next()).rejects.toMatchObject({ code: "AGENT_UNREACHABLE" });
  });

  it.each([
    ["is no event stream", "application/json", "{}"],
    ["carries no JSON", "text/event-stream", "data: hello\n\n"],
    ["carries no event", "text/event-stream", 'data: {"type":1}\n\n'],
    ["is not UTF-8", "text/event-stream", Uint8Array.of(0x64, 0xff, 0xff)],
  ])("fails with INVALID_REPLY when it %s", async (_, type, body) => {
    await using stage = await setStage(make);
    const event = stage.client.events().next();
    (await stage.agent.next()).reply(200, type, body);
    await expect(event).rejects.toMatchObject({ code: "INVALID_REPLY" });
  });
});
