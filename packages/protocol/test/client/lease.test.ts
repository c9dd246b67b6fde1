import { once } from "node:events";
import { describe, expect, it } from "vitest";
import { setStage, transports } from "./stage.js";

describe.each(transports)("a lease over %s", (_, make) => {
  async function open() {
    const stage = await setStage(make);
    const opened = stage.client.lease({ pid: 7 });
    const exchange = await stage.agent.next();
    expect(exchange.url).toBe("/v1/leases?pid=7");
    exchange.response.writeHead(200, { "content-type": "text/event-stream" });
    exchange.response.write('event: lease\ndata: {"lease":"abc"}\n\n');
    return {
      stage,
      exchange,
      lease: await opened,
      [Symbol.asyncDispose]: () => stage[Symbol.asyncDispose](),
    };
  }

  it("has the id that the agent gave, and a connection that its end closes", async () => {
    await using opened = await open();
    expect(opened.lease.id).toBe("abc");
    await opened.lease.close();
    await opened.exchange.gone;
    expect(opened.lease.lost.aborted).toBe(false);
  });

  it("is lost when the connection breaks", async () => {
    await using opened = await open();
    const lost = once(opened.lease.lost, "abort");
    opened.exchange.cut();
    await lost;
    expect(opened.lease.lost.reason).toMatchObject({ code: "AGENT_UNREACHABLE" });
  });

  it("is lost when the agent ends it", async () => {
    await using opened = await open();
    const lost = once(opened.lease.lost, "abort");
    opened.exchange.response.end();
    await lost;
    expect(opened.lease.lost.reason).toMatchObject({ code: "AGENT_STOPPING" });
  });

  it("is not given by an agent that says nothing", async () => {
    await using stage = await setStage(make, { answerWithinMs: 50 });
    await expect(stage.client.lease()).rejects.toMatchObject({ code: "AGENT_UNRESPONSIVE" });
  });
});
