import { describe, expect, it } from "vitest";
import { undiciTransport } from "../../src/client/index.js";
import { pending, ping, setStage, transports } from "./stage.js";

describe.each(transports)("an abort over %s", (_, make) => {
  it("rejects a held call with the signal's reason, and the agent notices", async () => {
    await using stage = await setStage(make);
    const controller = new AbortController();
    const reason = new Error("the user pressed ^C");
    const started = stage.client.start("claude", { wait: true, signal: controller.signal });
    const exchange = await stage.agent.next();

    controller.abort(reason);
    await expect(started).rejects.toBe(reason);
    await exchange.gone;
  });

  it("rejects a call whose answer is half-way, and the agent notices", async () => {
    await using stage = await setStage(make);
    const controller = new AbortController();
    const listed = stage.client.list({ signal: controller.signal });
    const exchange = await stage.agent.next();
    exchange.response.writeHead(200, { "content-type": "application/json" }).write("[");

    controller.abort("enough");
    await expect(listed).rejects.toBe("enough");
    await exchange.gone;
  });

  it("sends nothing when the signal is aborted already", async () => {
    await using stage = await setStage(make);
    await expect(stage.client.ping({ signal: AbortSignal.abort("before") })).rejects.toBe("before");
    expect(stage.agent.connections).toBe(0);
  });

  it("rejects a call that is only connecting", async () => {
    await using stage = await setStage(make);
    const controller = new AbortController();
    const pinged = stage.client.ping({ signal: controller.signal });
    controller.abort("at once");
    await expect(pinged).rejects.toBe("at once");
  });

  it("ends only the calls that have the signal", async () => {
    await using stage = await setStage(make);
    const controller = new AbortController();
    const given = stage.client.status("given", { signal: controller.signal });
    await stage.agent.next();
    const other = stage.client.status("other");
    const exchange = await stage.agent.next();

    controller.abort("enough");
    await expect(given).rejects.toBe("enough");
    exchange.json(pending);
    await expect(other).resolves.toEqual(pending);
  });

  it("leaves nothing behind on a signal that outlives many calls", async () => {
    await using stage = await setStage(make);
    const { signal } = new AbortController();
    const warnings: unknown[] = [];
    const take = (warning: unknown) => warnings.push(warning);
    process.on("warning", take);

    const pinged = Array.from({ length: 50 }, () => stage.client.ping({ signal }));
    for (const _ of pinged) {
      (await stage.agent.next()).json(ping);
    }
    await Promise.all(pinged);
    process.off("warning", take);
    expect(warnings).toEqual([]);
  });
});

describe.each(transports)("close over %s", (_, make) => {
  it("ends every open call, and the agent notices", async () => {
    await using stage = await setStage(make);
    const started = stage.client.start("claude", { wait: true });
    const events = stage.client.events();
    const event = events.next();
    const exchanges = [await stage.agent.next(), await stage.agent.next()];
    const outcomes = Promise.allSettled([started, event]);

    await stage.client.close();
    for (const outcome of await outcomes) {
      expect(outcome).toMatchObject({
        status: "rejected",
        reason: { name: "AbortError", message: "the client is closed" },
      });
    }
    await Promise.all(exchanges.map((exchange) => exchange.gone));
  });

  it("releases the connections that are kept, and can be repeated", async () => {
    await using stage = await setStage(make);
    const pinged = stage.client.ping();
    const exchange = await stage.agent.next();
    exchange.json(ping);
    await pinged;

    await stage.client.close();
    await exchange.gone;
    await stage.client.close();
  });

  it("makes later calls reject", async () => {
    await using stage = await setStage(make);
    await stage.client.close();
    await expect(stage.client.ping()).rejects.toMatchObject({ name: "AbortError" });
    await expect(stage.client.events().next()).rejects.toMatchObject({ name: "AbortError" });
    expect(stage.agent.connections).toBe(0);
  });
});

it("uses the connections of undici again", async () => {
  await using stage = await setStage(undiciTransport);
  const calls = 10;
  for (let call = 0; call < calls; call++) {
    const pinged = stage.client.ping();
    (await stage.agent.next()).json(ping);
    await pinged;
  }
  expect(stage.agent.connections).toBeLessThan(calls / 2);
});
