import { chmod, chown, lchown, mkdir, symlink, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { describe, expect, it } from "vitest";
import { Client, type ProtocolError } from "../../src/client/index.js";
import { BareAgent, temporaryDirectory } from "./bare-agent.js";
import { ping, transports } from "./stage.js";

const uid = process.getuid?.();

/** Pings, and tells which of the agents it was that answered. */
async function pingOne(client: Client, ...agents: BareAgent[]): Promise<BareAgent> {
  const pinged = client.ping();
  const answered = await Promise.race(
    agents.map(async (agent) => {
      const exchange = await agent.next();
      exchange.response.setHeader("connection", "close");
      exchange.json(ping);
      return agent;
    }),
  );
  await pinged;
  return answered;
}

describe.each(transports)("several socket paths over %s", (_, make) => {
  it("are tried in turn, and all are named with a reason when none will do", async () => {
    await using directory = await temporaryDirectory();
    await writeFile(directory.path("file"), "");
    const tried = [
      { path: directory.path("missing/agent.sock"), reason: "ENOENT" },
      { path: directory.path("file"), reason: "ECONNREFUSED" },
      { path: directory.path("file/agent.sock"), reason: "ENOTDIR" },
      { path: directory.path(`${"x".repeat(200)}/agent.sock`), reason: "ENAMETOOLONG" },
      { path: "", reason: "ENOENT" },
    ];
    await using client = new Client(make({ socketPaths: tried.map(({ path }) => path) }));

    const error: ProtocolError = await client.ping().catch((thrown) => thrown);
    expect(error).toMatchObject({ code: "AGENT_UNREACHABLE", tried, problem: undefined });
    expect(error.message).toBe(
      `no agent answers: tried ${tried.map(({ path, reason }) => `"${path}" (${reason})`).join(", ")}`,
    );
  });

  it("may be none, and then no agent answers", async () => {
    await using client = new Client(make({ socketPaths: [] }));
    await expect(client.ping()).rejects.toMatchObject({
      code: "AGENT_UNREACHABLE",
      message: "no agent answers: tried no path at all",
      tried: [],
    });
  });

  it("lead to the first agent that listens, which is remembered", async () => {
    await using directory = await temporaryDirectory();
    const [early, late] = [directory.path("early"), directory.path("late")];
    await using second = await BareAgent.listen(late);
    await using client = new Client(make({ socketPaths: [early, late] }));
    expect(await pingOne(client, second)).toBe(second);

    await using first = await BareAgent.listen(early);
    expect(await pingOne(client, first, second)).toBe(second);
  });

  it("are tried again when the agent that was found has moved", async () => {
    await using directory = await temporaryDirectory();
    const [early, late] = [directory.path("early"), directory.path("late")];
    await using client = new Client(make({ socketPaths: [early, late] }));
    {
      await using second = await BareAgent.listen(late);
      expect(await pingOne(client, second)).toBe(second);
    }
    await using first = await BareAgent.listen(early);
    expect(await pingOne(client, first)).toBe(first);
  });

  it.skipIf(uid !== 0)("leave out a temporary directory that somebody else has made", async () => {
    await using directory = await temporaryDirectory();
    const path = directory.path(`sync-${uid}/agent.sock`);
    await mkdir(dirname(path));
    await using agent = await BareAgent.listen(path);
    await chown(dirname(path), 12_345, 12_345);
    await using client = new Client(make({ socketPaths: [path] }));
    await expect(client.ping()).rejects.toMatchObject({ tried: [{ path, reason: "not ours" }] });
    expect(agent.connections).toBe(0);
  });

  it.skipIf(uid !== 0)("leave out a temporary directory that is somebody else's link", async () => {
    await using directory = await temporaryDirectory();
    const target = directory.path("target");
    const path = directory.path(`sync-${uid}/agent.sock`);
    await mkdir(target);
    await using agent = await BareAgent.listen(`${target}/agent.sock`);
    await symlink(target, dirname(path));
    await lchown(dirname(path), 12_345, 12_345);
    await using client = new Client(make({ socketPaths: [path] }));
    await expect(client.ping()).rejects.toMatchObject({ tried: [{ path, reason: "not ours" }] });
    expect(agent.connections).toBe(0);
  });

  it.skipIf(uid !== 0)("leave out a socket that somebody else has put where all can", async () => {
    await using directory = await temporaryDirectory();
    const path = directory.path("shared/agent.sock");
    await mkdir(dirname(path));
    await chmod(dirname(path), 0o1777);
    await using agent = await BareAgent.listen(path);
    await using client = new Client(make({ socketPaths: [path] }));
    expect(await pingOne(client, agent)).toBe(agent);
    const { connections } = agent;

    await chown(path, 12_345, 12_345);
    await expect(client.ping()).rejects.toMatchObject({ tried: [{ path, reason: "not ours" }] });
    expect(agent.connections).toBe(connections);
  });

  it.skipIf(uid !== 0)("lead to another user's agent where only root can have let it in", async () => {
    await using directory = await temporaryDirectory();
    const path = directory.path("run/sync/agent.sock");
    const directories = [directory.path("run"), dirname(path)];
    for (const made of directories) await mkdir(made);
    await using agent = await BareAgent.listen(path);
    for (const given of [dirname(path), path]) await chown(given, 12_345, 12_345);
    await using client = new Client(make({ socketPaths: [path] }));
    expect(await pingOne(client, agent)).toBe(agent);
    const { connections } = agent;

    await chmod(directory.path("run"), 0o1777);
    await expect(client.ping()).rejects.toMatchObject({ tried: [{ path, reason: "not ours" }] });
    expect(agent.connections).toBe(connections);
  });

  it("lead into a temporary directory of one's own", async () => {
    await using directory = await temporaryDirectory();
    const path = directory.path(`sync-${uid}/agent.sock`);
    await mkdir(dirname(path));
    await using agent = await BareAgent.listen(path);
    await using client = new Client(make({ socketPaths: [path] }));
    expect(await pingOne(client, agent)).toBe(agent);
  });
});
