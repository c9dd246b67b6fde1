import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { pending, setStage, transports } from "./stage.js";

const short = 10_000;
const hour = 3_600_000;

// One clock for the whole file: undici goes on using the timer that it has made first.
beforeAll(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"] });
});

afterAll(() => {
  vi.useRealTimers();
});

describe.each(transports)("a deadline over %s", (_, make) => {
  it("ends a short call that is not answered within 10 seconds, and its connection", async () => {
    await using stage = await setStage(make);
    const replied = stage.client.status("claude");
    const exchange = await stage.agent.next();

    vi.advanceTimersByTime(short);
    await expect(replied).rejects.toMatchObject({
      code: "AGENT_UNRESPONSIVE",
      message: 'the agent has not answered "status" within 10 s',
    });
    await exchange.gone;
  });

  it("leaves a short call alone until then", async () => {
    await using stage = await setStage(make);
    const replied = stage.client.status("claude");
    const exchange = await stage.agent.next();

    vi.advanceTimersByTime(short - 1);
    exchange.json(pending);
    await expect(replied).resolves.toEqual(pending);
  });

  it("ends a short call whose answer stops half-way", async () => {
    await using stage = await setStage(make);
    const replied = stage.client.list();
    const { response } = await stage.agent.next();
    await new Promise((resolve) => {
      response.writeHead(200, { "content-type": "application/json" }).write("[", resolve);
    });

    vi.advanceTimersByTime(short);
    await expect(replied).rejects.toMatchObject({ code: "AGENT_UNRESPONSIVE" });
  });

  it.each([undefined, 0])("does not end a wait without a limit (timeoutMs: %s)", async (timeoutMs) => {
    await using stage = await setStage(make);
    await stage.meet();
    const waited = stage.client.wait([{ unit: "git" }], { timeoutMs });
    const started = stage.client.start("claude", { wait: true, timeoutMs });
    const held = [await stage.agent.next(), await stage.agent.next()];

    vi.advanceTimersByTime(hour);
    for (const exchange of held) {
      exchange.json(exchange.url === "/v1/wait" ? { units: [] } : pending);
    }
    await expect(waited).resolves.toEqual({ units: [] });
    await expect(started).resolves.toEqual(pending);
  });

  it("gives a wait with a limit that time, and then as long as a short call", async () => {
    await using stage = await setStage(make);
    await stage.meet();
    const calls = [
      stage.client.wait([{ unit: "git" }], { timeoutMs: hour }),
      stage.client.start("claude", { wait: true, timeoutMs: hour }),
    ];
    const ended = vi.fn();
    const outcomes = Promise.allSettled(calls.map((call) => call.finally(ended)));
    const exchanges = [await stage.agent.next(), await stage.agent.next()];

    vi.advanceTimersByTime(hour + short - 1);
    expect(exchanges.map(({ response }) => response.destroyed)).toEqual([false, false]);
    expect(ended).not.toHaveBeenCalled();

    vi.advanceTimersByTime(1);
    for (const outcome of await outcomes) {
      expect(outcome).toMatchObject({
        status: "rejected",
        reason: { code: "AGENT_UNRESPONSIVE", message: expect.stringContaining("within 3610 s") },
      });
    }
  });

  it("can be as far away as the wire allows", async () => {
    await using stage = await setStage(make);
    await stage.meet();
    const waited = stage.client.wait([{ unit: "git" }], { timeoutMs: 2_147_483_647 });
    const exchange = await stage.agent.next();

    vi.advanceTimersByTime(hour);
    exchange.json({ units: [] });
    await expect(waited).resolves.toEqual({ units: [] });
  });

  it("is a short call's for a start that does not wait", async () => {
    await using stage = await setStage(make);
    const started = stage.client.start("claude", { timeoutMs: hour });
    await stage.agent.next();

    vi.advanceTimersByTime(short);
    await expect(started).rejects.toMatchObject({ code: "AGENT_UNRESPONSIVE" });
  });

  it("can be another one", async () => {
    await using stage = await setStage(make, { answerWithinMs: 500 });
    const pinged = stage.client.ping();
    await stage.agent.next();

    vi.advanceTimersByTime(500);
    await expect(pinged).rejects.toMatchObject({ message: 'the agent has not answered "ping" within 0.5 s' });
  });

  it("does not exist for the event stream, neither before its first event nor after", async () => {
    await using stage = await setStage(make);
    const events = stage.client.events();
    const first = events.next();
    const { response } = await stage.agent.next();

    vi.advanceTimersByTime(hour);
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.write('data: {"type":"snapshot","sequence":1,"units":[]}\n\n');
    await expect(first).resolves.toMatchObject({ value: { sequence: 1 } });

    vi.advanceTimersByTime(hour);
    response.end('data: {"type":"snapshot","sequence":2,"units":[]}\n\n');
    await expect(events.next()).resolves.toMatchObject({ value: { sequence: 2 } });
  });
});
