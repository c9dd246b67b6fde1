import { execFileSync, spawn } from "node:child_process";
import { chmodSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createAgent } from "../src/index.js";
import { bin, ended, modeOf, spawnAgent, untilAnswers } from "./process.js";
import { temporaryFolder } from "./rig.js";

const ourGroup = process.getegid?.() ?? 0;

/** A folder of its own, which everybody can get through. */
function sharedFolder() {
  const folder = temporaryFolder();
  chmodSync(folder.path, 0o711);
  return folder;
}

/** Sets the umask until it is disposed of. */
function umask(mask: number) {
  const before = process.umask(mask);
  return { [Symbol.dispose]: () => process.umask(before) };
}

describe.each([0o000, 0o077])("with the umask %i, the socket", (mask) => {
  it("for a group has mode 0660, in directories that are made with a way through for it", async () => {
    using folder = sharedFolder();
    using _ = umask(mask);
    const directory = join(folder.path, "made", "for it");
    const agent = await createAgent({ socketPath: join(directory, "agent.sock"), socketGroup: ourGroup });
    expect(modeOf(agent.socketPath)).toBe("660");
    expect(statSync(agent.socketPath).gid).toBe(ourGroup);
    for (const made of [directory, join(folder.path, "made")]) expect(modeOf(made)).toBe("710");
    expect(modeOf(folder.path)).toBe("711");
    await agent.close();
  });

  it("for everybody has mode 0666, in a directory with a way through for them", async () => {
    using folder = sharedFolder();
    using _ = umask(mask);
    const directory = join(folder.path, "made");
    const agent = await createAgent({ socketPath: join(directory, "agent.sock"), socketMode: 0o666 });
    expect(modeOf(agent.socketPath)).toBe("666");
    expect(modeOf(directory)).toBe("711");
    await agent.close();
  });

  it("is private, as are its journal and its lock, unless more is asked for", async () => {
    using folder = temporaryFolder();
    const directory = join(folder.path, "made");
    const socketPath = join(directory, "agent.sock");
    using _ = umask(mask);
    const { child, ended } = await spawnAgent(["--socket-path", socketPath]);
    expect(modeOf(socketPath)).toBe("600");
    expect(modeOf(directory)).toBe("700");
    expect(modeOf(join(directory, "agent.journal"))).toBe("700");
    for (const file of ["agent.journal/journal", "agent.journal/lock", "agent.sock.lock"]) {
      expect(modeOf(join(directory, file)), file).toBe("600");
    }
    child.kill();
    expect(await ended).toBe(0);
  });
});

describe("the socket", () => {
  it("takes a group by its name, and says when there is none", async () => {
    using folder = sharedFolder();
    const socketPath = join(folder.path, "made", "agent.sock");
    const name = execFileSync("id", ["-gn"], { encoding: "utf8" }).trim();
    const agent = await createAgent({ socketPath, socketGroup: name, socketMode: 0o620 });
    expect(statSync(socketPath).gid).toBe(ourGroup);
    expect(modeOf(socketPath)).toBe("620");
    await agent.close();
    await expect(createAgent({ socketPath, socketGroup: "no such group" })).rejects.toMatchObject({
      code: "SOCKET_UNAVAILABLE",
      message: expect.stringContaining('there is no group "no such group"'),
    });
  });

  it.each([0o060, 0o1660, 0o400])("cannot have mode %i", async (socketMode) => {
    using folder = temporaryFolder();
    const socketPath = join(folder.path, "agent.sock");
    await expect(createAgent({ socketPath, socketMode })).rejects.toMatchObject({
      code: "SOCKET_UNAVAILABLE",
    });
  });

  it.each([
    ["a group", { socketMode: 0o660 }],
    ["everybody", { socketMode: 0o666 }],
  ])("is not made where %s would not get to it, and nothing is opened for that", async (_, options) => {
    using folder = sharedFolder();
    const directory = join(folder.path, "there already");
    mkdirSync(directory, { mode: 0o700 });
    const socketPath = join(directory, "agent.sock");
    await expect(createAgent({ socketPath, ...options })).rejects.toMatchObject({
      code: "SOCKET_UNAVAILABLE",
      message: expect.stringContaining(`cannot get through "${directory}" (mode 0700, group ${ourGroup})`),
    });
    expect(modeOf(directory)).toBe("700");

    chmodSync(directory, 0o711);
    chmodSync(folder.path, 0o700);
    await expect(createAgent({ socketPath, ...options })).rejects.toMatchObject({
      message: expect.stringContaining(`cannot get through "${folder.path}"`),
    });
    chmodSync(folder.path, 0o711);
    await (await createAgent({ socketPath, ...options })).close();
  });

  it("is never wider than asked for: for another group it begins as its owner's alone", async () => {
    using folder = sharedFolder();
    const preload = join(folder.path, "preload.cjs");
    writeFileSync(
      preload,
      `process.umask(0);
       const fs = require("node:fs");
       const { Server } = require("node:net");
       const { listen } = Server.prototype;
       const modeOf = (path) => (fs.statSync(path).mode & 0o777).toString(8);
       Server.prototype.listen = function ({ path }, ...rest) {
         const server = listen.call(this, ...arguments);
         fs.writeFileSync(process.env.SEEN, modeOf(path));
         return server;
       };
       const { lchownSync } = fs;
       fs.lchownSync = function (path, ...rest) {
         lchownSync(path, ...rest);
         if (path.endsWith(".sock")) fs.appendFileSync(process.env.SEEN, " " + modeOf(path));
       };
       require("node:module").syncBuiltinESMExports();`,
    );
    const seen = join(folder.path, "seen");
    const socketPath = join(folder.path, "agent.sock");
    const flags = ["--socket-path", socketPath, "--socket-group", String(ourGroup)];
    // On Node in any case: only that can be looked into in this way.
    const child = spawn(process.execPath, ["--require", preload, bin, ...flags], {
      env: { ...process.env, SEEN: seen },
    });
    await untilAnswers(socketPath);
    expect(readFileSync(seen, "utf8")).toBe("600 600");
    expect(modeOf(socketPath)).toBe("660");
    child.kill();
    expect(await ended(child)).toBe(0);
  });
});
