import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { Client } from "../../src/client/index.js";
import { temporaryDirectory } from "./bare-agent.js";
import { ping, transports } from "./stage.js";

/** Far more than the agent's queue holds, so that connecting fails with EAGAIN. */
const crowd = Array.from({ length: 8 });

interface Listener extends AsyncDisposable {
  freeze(): void;
  thaw(): void;
}

/** A process of its own, since only a process can be stopped. */
async function listen(path: string): Promise<Listener> {
  const script = fileURLToPath(new URL("frozen-listener.mjs", import.meta.url));
  const listener = fork(script, [path, JSON.stringify(ping)], { execArgv: [] });
  const ended = once(listener, "exit");
  await once(listener, "message");
  return {
    freeze: () => listener.kill("SIGSTOP"),
    thaw: () => listener.kill("SIGCONT"),
    [Symbol.asyncDispose]: async () => {
      listener.kill("SIGKILL");
      await ended;
    },
  };
}

// Elsewhere a full queue refuses the connection, as if nobody listened.
describe.runIf(process.platform === "linux").each(transports)(
  "an agent that stands still, over %s",
  { timeout: 30_000 },
  (_, make) => {
    it("is AGENT_UNRESPONSIVE, also to those it has no room for", async () => {
      await using directory = await temporaryDirectory();
      const path = directory.path("agent.sock");
      await using listener = await listen(path);
      listener.freeze();

      await using client = new Client(make({ socketPaths: [path] }), { answerWithinMs: 50 });
      for (const outcome of await Promise.allSettled(crowd.map(() => client.ping()))) {
        expect(outcome).toMatchObject({ status: "rejected", reason: { code: "AGENT_UNRESPONSIVE" } });
      }
    });

    it("serves all who waited for room once it goes on", async () => {
      await using directory = await temporaryDirectory();
      const path = directory.path("agent.sock");
      await using listener = await listen(path);
      listener.freeze();

      await using client = new Client(make({ socketPaths: [path] }));
      const waiting = Promise.all(crowd.map(() => client.ping()));
      await using hasty = new Client(make({ socketPaths: [path] }), { answerWithinMs: 50 });
      await expect(hasty.ping()).rejects.toMatchObject({ code: "AGENT_UNRESPONSIVE" });

      listener.thaw();
      await expect(waiting).resolves.toHaveLength(crowd.length);
    });

    it("can be given up while there is no room", async () => {
      await using directory = await temporaryDirectory();
      const path = directory.path("agent.sock");
      await using listener = await listen(path);
      listener.freeze();

      await using client = new Client(make({ socketPaths: [path] }), { answerWithinMs: 50 });
      await Promise.allSettled(crowd.map(() => client.ping()));
      const controller = new AbortController();
      const waited = client.events({ signal: controller.signal }).next();
      await expect(client.ping()).rejects.toMatchObject({ code: "AGENT_UNRESPONSIVE" });
      controller.abort("enough");
      await expect(waited).rejects.toBe("enough");
    });
  },
);
