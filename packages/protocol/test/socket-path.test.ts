import { describe, expect, it } from "vitest";
import { directoryObjection, maxSocketPathBytes, socketPaths } from "../src/index.js";

const all = { XDG_RUNTIME_DIR: "/xdg", TMPDIR: "/scratch" };

describe("socketPaths", () => {
  it.each([
    [
      "a flag is the only path",
      { socketPath: "/flag", env: { ...all, SYNC_SOCKET_PATH: "/env" } },
      ["/flag"],
    ],
    ["the variable is the only path", { env: { ...all, SYNC_SOCKET_PATH: "/env" } }, ["/env"]],
    ["an empty flag is none", { socketPath: "", env: { ...all, SYNC_SOCKET_PATH: "/env" } }, ["/env"]],
    [
      "without either there are four places",
      { env: { ...all, SYNC_SOCKET_PATH: "" } },
      [
        "/xdg/sync/agent.sock",
        "/run/user/7/sync/agent.sock",
        "/scratch/sync-7/agent.sock",
        "/tmp/sync-7/agent.sock",
      ],
    ],
    ["cron has two", { env: {} }, ["/run/user/7/sync/agent.sock", "/tmp/sync-7/agent.sock"]],
    [
      "an empty variable is none",
      { env: { XDG_RUNTIME_DIR: "", TMPDIR: "" } },
      ["/run/user/7/sync/agent.sock", "/tmp/sync-7/agent.sock"],
    ],
    [
      "the same place is named once",
      { env: { XDG_RUNTIME_DIR: "/run/user/7", TMPDIR: "/tmp/" } },
      ["/run/user/7/sync/agent.sock", "/tmp/sync-7/agent.sock"],
    ],
  ])("says where: %s", (_, options, expected) => {
    expect(socketPaths({ ...options, uid: 7 })).toEqual(expected);
  });
});

it("knows how long a socket path can be", () => {
  expect(maxSocketPathBytes("linux")).toBe(107);
  expect(maxSocketPathBytes("darwin")).toBe(103);
});

describe("directoryObjection", () => {
  it.each([
    ["our own", { uid: 7, mode: 0o40755 }, undefined],
    ["root's", { uid: 0, mode: 0o40755 }, undefined],
    ["a shared temp root", { uid: 0, mode: 0o41777 }, undefined],
    ["another user's", { uid: 8, mode: 0o40700 }, "it belongs to user 8"],
    [
      "one that others write to",
      { uid: 7, mode: 0o40775 },
      "others can write to it (mode 775), so they could replace the socket",
    ],
  ])("judges %s", (_, stats, expected) => {
    expect(directoryObjection(stats, 7)).toBe(expected);
  });
});
