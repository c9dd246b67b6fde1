import { once } from "node:events";
import { describe, expect, it } from "vitest";
import { BareAgent } from "./bare-agent.js";
import { setStage, transports } from "./stage.js";

describe.each(transports)("a lease over %s", (_, make) => {
  async function open() {
    const stage = await setStage(make);
    const opened = stage.client.lease({ pid: 7 });
    const exchange = await stage.agent.next();
    expect(exchange.url).toBe("/v1/leases?pid=7");
    exchange.response.writeHead(200, { "content-type": "text/event-stream", "sync-generation": "g" });
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

  it("is taken up again when its connection breaks, at the same agent only", async () => {
    await using opened = await open();
    opened.exchange.cut();
    const again = await opened.stage.agent.next();
    expect(again.url).toBe("/v1/leases?pid=7&lease=abc");
    expect(again.header("sync-generation")).toBe("g");
    again.response.writeHead(200, { "content-type": "text/event-stream", "sync-generation": "g" });
    again.response.write('event: lease\ndata: {"lease":"abc"}\n\n');
    again.response.end();
    await opened.stage.agent.next();
    expect(opened.lease.lost.aborted).toBe(false);
    await opened.lease.close();
  });

  it("is looked for while nobody is there, and tells of each loss once", async () => {
    await using stage = await setStage(make);
    const detached: string[] = [];
    const opened = stage.client.lease({ onDetached: ({ code }) => detached.push(code) });
    const { response } = await stage.agent.next();
    response.writeHead(200, { "content-type": "text/event-stream", "sync-generation": "g" });
    response.write('event: lease\ndata: {"lease":"abc"}\n\n');
    const lease = await opened;
    await stage.agent[Symbol.asyncDispose]();

    await using back = await BareAgent.listen(stage.agent.socketPath);
    expect((await back.next()).url).toBe("/v1/leases?lease=abc");
    expect(detached).toEqual(["AGENT_UNREACHABLE"]);
    expect(lease.lost.aborted).toBe(false);
    await lease.close();
  });

  it("is lost when the agent does not know it any more", async () => {
    await using opened = await open();
    const lost = once(opened.lease.lost, "abort");
    opened.exchange.response.end();
    const detail = "the lease cannot be taken up again";
    (await opened.stage.agent.next()).json({ code: "OWNER_LOST", title: detail, detail }, 409);
    await lost;
    expect(opened.lease.lost.reason).toMatchObject({ code: "OWNER_LOST" });
  });

  it("is not given by an agent that says nothing", async () => {
    await using stage = await setStage(make, { answerWithinMs: 50 });
    await expect(stage.client.lease()).rejects.toMatchObject({ code: "AGENT_UNRESPONSIVE" });
  });
});
