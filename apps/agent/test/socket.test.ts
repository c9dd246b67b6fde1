import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, existsSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { createClient } from "@sync/protocol/client";
import { describe, expect, it } from "vitest";
import { createAgent } from "../src/index.js";
import { bin, ended, modeOf, program, script, spawnAgent } from "./process.js";
import { endOf, temporaryFolder } from "./rig.js";

describe("the socket", () => {
  it("is private, in a private directory that is made for it", async () => {
    using folder = temporaryFolder();
    const socketPath = join(folder.path, "made", "for it", "agent.sock");
    const agent = await createAgent({ socketPath });
    expect(modeOf(socketPath)).toBe("600");
    expect(modeOf(join(folder.path, "made", "for it"))).toBe("700");
    await agent.close();
    expect(existsSync(socketPath)).toBe(false);
  });

  it("has its mode from the first instant, whatever the umask: nothing is changed after bind", async () => {
    using folder = temporaryFolder();
    const script = `
      process.umask(0);
      const fs = require("node:fs");
      const { Server } = require("node:net");
      const { listen } = Server.prototype;
      Server.prototype.listen = function (options, ...rest) {
        const server = listen.call(this, options, ...rest);
        process.stdout.write((fs.statSync(options.path).mode & 0o777).toString(8) + " " + process.umask().toString(8));
        return server;
      };`;
    const preload = join(folder.path, "preload.cjs");
    writeFileSync(preload, script);
    const socketPath = join(folder.path, "agent.sock");
    const child = spawn(process.execPath, ["--require", preload, bin, "--socket-path", socketPath], {
      stdio: ["ignore", "pipe", "ignore"],
    });
    const [output] = (await once(child.stdout, "data")) as [Buffer];
    child.kill();
    await ended(child);
    expect(output.toString()).toBe("600 177");
  });

  it("of a live agent is left alone, and the second agent says why it does not start", async () => {
    using folder = temporaryFolder();
    const socketPath = join(folder.path, "agent.sock");
    const first = await spawnAgent(["--socket-path", socketPath]);
    const second = await spawnAgent(["--socket-path", socketPath]);
    expect(await second.ended).toBe(1);
    expect(second.log).toContain("another agent holds it");
    const client = createClient({ socketPaths: [socketPath] });
    expect((await client.ping()).pid).toBe(first.child.pid);
    await client.close();
    first.child.kill();
    expect(await first.ended).toBe(0);
  });

  it("that a killed agent has left behind is replaced", async () => {
    using folder = temporaryFolder();
    const socketPath = join(folder.path, "agent.sock");
    const first = await spawnAgent(["--socket-path", socketPath]);
    first.child.kill("SIGKILL");
    expect(await first.ended).toBe("SIGKILL");
    expect(existsSync(socketPath)).toBe(true);
    const second = await spawnAgent(["--socket-path", socketPath]);
    expect(second.log).toContain("listening");
    second.child.kill();
    expect(await second.ended).toBe(0);
    expect(existsSync(socketPath)).toBe(false);
  });

  it("is taken by exactly one of eight agents that start at once on a stale one", async () => {
    using folder = temporaryFolder();
    const socketPath = join(folder.path, "agent.sock");
    const dead = await spawnAgent(["--socket-path", socketPath]);
    dead.child.kill("SIGKILL");
    await dead.ended;
    const agents = await Promise.all(
      Array.from({ length: 8 }, () => spawnAgent(["--socket-path", socketPath])),
    );
    const winners = agents.filter(({ log }) => log.includes("listening"));
    expect(winners).toHaveLength(1);
    const client = createClient({ socketPaths: [socketPath] });
    expect((await client.ping()).pid).toBe(winners[0]?.child.pid);
    await client.close();
    winners[0]?.child.kill();
    const statuses = await Promise.all(agents.map((agent) => agent.ended));
    expect(statuses.filter((status) => status === 0)).toHaveLength(1);
    expect(statuses.filter((status) => status === 1)).toHaveLength(7);
  });

  it("of somebody else who listens there is left alone", async () => {
    using folder = temporaryFolder();
    const socketPath = join(folder.path, "agent.sock");
    const other = createServer().listen(socketPath);
    await once(other, "listening");
    await expect(createAgent({ socketPath })).rejects.toMatchObject({ code: "AGENT_ALREADY_RUNNING" });
    expect(existsSync(socketPath)).toBe(true);
    other.close();
  });

  it("does not replace a file, nor follow a link for its lock", async () => {
    using folder = temporaryFolder();
    const socketPath = join(folder.path, "precious");
    writeFileSync(socketPath, "data");
    await expect(createAgent({ socketPath })).rejects.toMatchObject({ code: "SOCKET_UNAVAILABLE" });
    const linked = join(folder.path, "linked.sock");
    symlinkSync(join(folder.path, "target"), `${linked}.lock`);
    await expect(createAgent({ socketPath: linked })).rejects.toMatchObject({ code: "LOCK_UNAVAILABLE" });
    expect(existsSync(join(folder.path, "target"))).toBe(false);
  });

  it("is not made where others could replace it, but is in a sticky directory such as /tmp", async () => {
    using folder = temporaryFolder();
    const directory = join(folder.path, "shared");
    mkdirSync(directory);
    chmodSync(directory, 0o777);
    const socketPath = join(directory, "agent.sock");
    await expect(createAgent({ socketPath })).rejects.toMatchObject({ code: "SOCKET_DIRECTORY_UNSAFE" });
    chmodSync(directory, 0o1777);
    const agent = await createAgent({ socketPath });
    await agent.close();
  });

  it("is refused where the path is longer than the system takes, instead of being cut short", async () => {
    using folder = temporaryFolder();
    const socketPath = join(folder.path, "x".repeat(120));
    await expect(createAgent({ socketPath })).rejects.toMatchObject({ code: "SOCKET_UNAVAILABLE" });
  });
});

describe("the agent's process", () => {
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    it(`ends with 0 on ${signal}, answers what it holds, and removes its socket`, async () => {
      using folder = temporaryFolder();
      const socketPath = join(folder.path, "agent.sock");
      const { child, ended: end } = await spawnAgent(["--socket-path", socketPath]);
      const client = createClient({ socketPaths: [socketPath] });
      await client.want("a", [{ unit: "b" }]);
      const held = endOf((options) => client.start("a", { wait: true, ...options }));
      while ((await client.ping()).waiters === 0);
      child.kill(signal);
      expect(await held).toBe("AGENT_STOPPING");
      expect(await end).toBe(0);
      expect(existsSync(socketPath)).toBe(false);
      await client.close();
    });
  }

  it("says in one line what is wrong with its arguments", async () => {
    using folder = temporaryFolder();
    const child = spawn(program, [...script, "--log-level", "loud", "--socket-path", join(folder.path, "s")]);
    expect(await ended(child)).toBe(64);
  });
});
