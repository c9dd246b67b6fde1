import { setTimeout as delay } from "node:timers/promises";
import { expect, it } from "vitest";
import { startAgent } from "../rig.js";
import { Sandbox } from "../sandbox.js";

/** Longer than the five minutes after which HTTP servers and clients give up by default. */
const heldMs = 6 * 60_000;

it("a wait of six minutes is held, by syncctl, by the client library and by the event stream", async () => {
  await using agent = await startAgent(new Sandbox({ longestMs: 2 * heldMs }));
  await agent.client.want("library", [{ unit: "gate" }]);
  await agent.client.want("command", [{ unit: "gate" }]);
  const library = agent.client.start("library", { wait: true });
  const wait = agent.client.wait([{ unit: "gate" }]);
  const command = agent.background("start", "command", "--timeout", "0");
  await agent.waiters(3);
  const events = agent.client.events();
  expect((await events.next()).value).toMatchObject({ type: "snapshot" });
  const nextEvent = events.next();

  await delay(heldMs);
  expect((await agent.client.ping()).waiters).toBe(3);
  await agent.client.start("gate");
  await agent.client.complete("gate");

  expect((await library).status).toBe("started");
  expect((await wait).units).toMatchObject([{ is_satisfied: true }]);
  expect(await command.result).toMatchObject({ status: 0 });
  expect((await nextEvent).value).toMatchObject({ type: "registered", unit_name: "gate" });
  await events.return();
});
