import { spawn } from "node:child_process";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { line as agent, ended, untilAnswers } from "./process.js";
import { temporaryFolder } from "./rig.js";

/** Starts the built agent from a shell, which sets what would tell of a socket and becomes the agent then. */
function startFrom(line: string, socketPath: string) {
  const script = line.replace("sync-agent", `${agent} --socket-path "$SOCKET"`);
  return spawn("sh", ["-c", script], { env: { ...process.env, SOCKET: socketPath } });
}

describe("a socket that is handed over", () => {
  it.each([
    [
      "is one of two",
      "LISTEN_PID=$$ LISTEN_FDS=2 exec sync-agent",
      'LISTEN_FDS is "2", and an agent has one',
    ],
    ["is not counted", "LISTEN_PID=$$ LISTEN_FDS=some exec sync-agent", 'LISTEN_FDS is "some"'],
    ["is not there", "LISTEN_PID=$$ LISTEN_FDS=1 exec sync-agent 3<&-", "it is no Unix socket"],
    ["is a file", "LISTEN_PID=$$ LISTEN_FDS=1 exec sync-agent 3</dev/null", "it is no Unix socket"],
  ])("is refused when it %s", async (_, line, why) => {
    using folder = temporaryFolder();
    const child = startFrom(line, join(folder.path, "agent.sock"));
    const said = (await child.stderr.toArray()).join("");
    expect(await ended(child)).toBe(1);
    expect(said).toContain(`error: cannot listen on the socket that was handed over: ${why}`);
    expect(said).toContain("(SOCKET_UNAVAILABLE)");
  });

  it.each([
    ["to another process", "LISTEN_PID=1 LISTEN_FDS=1 exec sync-agent 3</dev/null"],
    ["to nobody", "LISTEN_FDS=1 exec sync-agent 3</dev/null"],
    ["to this one, and is none", "LISTEN_PID=$$ LISTEN_FDS=0 exec sync-agent 3</dev/null"],
  ])("%s, is not taken", async (_, line) => {
    using folder = temporaryFolder();
    const socketPath = join(folder.path, "agent.sock");
    const child = startFrom(line, socketPath);
    expect(await untilAnswers(socketPath)).toBe(child.pid);
    child.kill();
    expect(await ended(child)).toBe(0);
  });
});
