import { describe, expect, it } from "vitest";
import { Client, type ProtocolError } from "../../src/client/index.js";
import { BareAgent, temporaryDirectory } from "./bare-agent.js";
import { pending, ping, setStage, transports } from "./stage.js";

describe.each(transports)("a held call over %s", (_, make) => {
  it("asks first which agent it is, and then only that one", async () => {
    await using stage = await setStage(make);
    const started = stage.client.start("claude", { wait: true });

    const first = await stage.agent.next();
    expect(first.url).toBe("/v1/ping");
    expect(first.header("sync-generation")).toBeUndefined();
    first.json(ping);
    const second = await stage.agent.next();
    expect(second.header("sync-generation")).toBe("g");
    second.json(pending);
    await expect(started).resolves.toEqual(pending);
  });

  it("is made again when the agent goes away, with what is left of its time, and tells of it", async () => {
    await using stage = await setStage(make);
    await stage.meet();
    const detached: string[] = [];
    const onDetached = ({ code }: ProtocolError) => detached.push(code);
    const waited = stage.client.wait([{ unit: "git" }], { timeoutMs: 60_000, onDetached });

    (await stage.agent.next()).cut();
    const stopping = { code: "AGENT_STOPPING", title: "stopping", detail: "stopping" };
    (await stage.agent.next()).json(stopping, 503);
    const again = await stage.agent.next();
    expect(again.header("sync-generation")).toBe("g");
    expect(JSON.parse(again.body).timeout_ms).toBeLessThan(60_000);
    again.json({ units: [] });

    await expect(waited).resolves.toEqual({ units: [] });
    expect(detached).toEqual(["AGENT_UNREACHABLE", "AGENT_STOPPING"]);
  });

  it("says so when it is a start that is made again: the first may have been done, and its answer lost", async () => {
    await using stage = await setStage(make);
    await stage.meet();
    const started = stage.client.start("a", { wait: true, lease: "x" });
    const first = await stage.agent.next();
    expect(JSON.parse(first.body)).not.toHaveProperty("again");
    first.cut();
    const second = await stage.agent.next();
    expect(JSON.parse(second.body)).toMatchObject({ again: true, wait: true, lease: "x" });
    second.json(pending);
    await expect(started).resolves.toEqual(pending);
  });

  it("goes on with an agent that is back at its socket later", async () => {
    await using directory = await temporaryDirectory();
    const path = directory.path("agent.sock");
    await using client = new Client(make({ socketPaths: [path] }));
    const { call } = await (async () => {
      await using agent = await BareAgent.listen(path);
      const call = client.wait([{ unit: "git" }]);
      (await agent.next()).json(ping);
      await agent.next();
      return { call };
    })();

    await using agent = await BareAgent.listen(path);
    (await agent.next()).json({ units: [] });
    await expect(call).resolves.toEqual({ units: [] });
  });

  it("ends when its time is over and nobody is back", async () => {
    await using stage = await setStage(make);
    await stage.meet();
    const waited = stage.client.wait([{ unit: "git" }], { timeoutMs: 100 });
    const outcome = expect(waited).rejects.toMatchObject({ code: "AGENT_UNREACHABLE" });
    const exchange = await stage.agent.next();
    void stage.agent[Symbol.asyncDispose]().catch(() => undefined);
    exchange.cut();
    await outcome;
  });

  it("can be given up while the agent is away", async () => {
    await using stage = await setStage(make);
    await stage.meet();
    const controller = new AbortController();
    const waited = stage.client.wait([{ unit: "git" }], {
      signal: controller.signal,
      onDetached: () => controller.abort("enough"),
    });
    (await stage.agent.next()).cut();
    await expect(waited).rejects.toBe("enough");
  });

  it("is not made again where nobody was there at first", async () => {
    await using stage = await setStage(make);
    await stage.meet();
    await stage.agent[Symbol.asyncDispose]();
    await expect(stage.client.start("claude", { wait: true })).rejects.toMatchObject({
      code: "AGENT_UNREACHABLE",
    });
  });

  it("is refused by another agent in the place of the first, without another try", async () => {
    await using stage = await setStage(make);
    await stage.meet();
    const waited = stage.client.wait([{ unit: "git" }]);
    const detail = "the agent has been restarted";
    (await stage.agent.next()).json({ code: "AGENT_RESTARTED", title: detail, detail }, 412);
    await expect(waited).rejects.toMatchObject({ code: "AGENT_RESTARTED", message: detail });
  });
});
