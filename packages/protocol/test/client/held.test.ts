import { describe, expect, it } from "vitest";
import { pending, setStage, transports } from "./stage.js";

describe.each(transports)("a deadline over %s", (_, make) => {
  it("ends a short call that is not answered, and its connection", async () => {
    await using stage = await setStage(make, { answerWithinMs: 30 });
    const replied = stage.client.status("claude");
    const exchange = await stage.agent.next();

    await expect(replied).rejects.toMatchObject({
      code: "AGENT_UNRESPONSIVE",
      message: 'the agent has not answered "status" within 0.03 s',
    });
    await exchange.gone;
  });

  it("ends a short call whose answer stops half-way", async () => {
    await using stage = await setStage(make, { answerWithinMs: 30 });
    const replied = stage.client.list();
    (await stage.agent.next()).response.writeHead(200, { "content-type": "application/json" }).write("[");

    await expect(replied).rejects.toMatchObject({ code: "AGENT_UNRESPONSIVE" });
  });

  it.each([undefined, 0])("does not end a wait without a limit (timeoutMs: %s)", async (timeoutMs) => {
    await using stage = await setStage(make, { answerWithinMs: 30 });
    const waited = stage.client.wait([{ unit: "git" }], { timeoutMs });
    const started = stage.client.start("claude", { wait: true, timeoutMs });
    const held = [await stage.agent.next(), await stage.agent.next()];

    // A short call that begins later, and has run out of time, shows that the held ones outlast it.
    await expect(stage.client.ping()).rejects.toMatchObject({ code: "AGENT_UNRESPONSIVE" });

    for (const exchange of held) {
      exchange.json(exchange.url === "/v1/wait" ? { units: [] } : pending);
    }
    await expect(waited).resolves.toEqual({ units: [] });
    await expect(started).resolves.toEqual(pending);
  });

  it("gives a wait with a limit that time and then as long as a short call", async () => {
    await using stage = await setStage(make, { answerWithinMs: 30 });
    const waited = stage.client.wait([{ unit: "git" }], { timeoutMs: 40 });
    const started = stage.client.start("claude", { wait: true, timeoutMs: 40 });

    const message = expect.stringContaining("within 0.07 s");
    await expect(waited).rejects.toMatchObject({ code: "AGENT_UNRESPONSIVE", message });
    await expect(started).rejects.toMatchObject({ code: "AGENT_UNRESPONSIVE", message });
  });

  it("takes the longest limit there is without ending at once", async () => {
    await using stage = await setStage(make);
    const waited = stage.client.wait([{ unit: "git" }], { timeoutMs: 2_147_483_647 });
    (await stage.agent.next()).json({ units: [] });
    await expect(waited).resolves.toEqual({ units: [] });
  });

  it("counts a start that does not wait as a short call", async () => {
    await using stage = await setStage(make, { answerWithinMs: 30 });
    await expect(stage.client.start("claude", { timeoutMs: 60_000 })).rejects.toMatchObject({
      code: "AGENT_UNRESPONSIVE",
    });
  });
});
