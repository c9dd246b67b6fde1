import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { createClient } from "@sync/protocol/client";
import { describe, expect, test } from "vitest";
import type { Child } from "../child.js";
import { Sandbox } from "../sandbox.js";

/** Lets systemd listen, as it does for a socket unit, and run the rest of the line at the first connection. */
async function activate(sandbox: Sandbox, line: string): Promise<Child> {
  const directory = dirname(sandbox.socketPath);
  mkdirSync(directory, { mode: 0o700 });
  const listen = line.replaceAll("./", `${directory}/`);
  const activator = sandbox.startScript(`umask 077; exec systemd-socket-activate --listen ${listen}`);
  await activator.line("Listening on");
  return activator;
}

/** Starts the agent again whenever it has ended, as systemd would; it dies with who does so. */
const keeper = `sh -c 'while :; do sh -c "LISTEN_PID=\\$\\$ exec setpriv --pdeathsig KILL sync-agent"; done'`;

test("the first call starts the agent on the socket that systemd listens on, and is answered", async () => {
  await using sandbox = new Sandbox();
  const { socketPath } = sandbox;
  const agent = await activate(sandbox, "./agent.sock sync-agent");
  const { ino } = statSync(socketPath);

  expect((await sandbox.syncctl("ping")).status).toBe(0);
  expect(await agent.line('"listening"')).toContain(`"socket":"${socketPath}"`);
  expect((await sandbox.syncctl("start", "unit")).status).toBe(0);
  expect(existsSync(`${dirname(socketPath)}/agent.journal/journal`)).toBe(true);

  expect((await agent.kill("SIGTERM")).status).toBe(0);
  expect(statSync(socketPath).ino).toBe(ino);
});

test("the socket stays while the agent is started again: nobody finds it gone, and a wait goes on", async () => {
  await using sandbox = new Sandbox();
  await activate(sandbox, `./agent.sock ${keeper}`);
  const client = createClient({ socketPaths: [sandbox.socketPath] });
  await client.want("app", [{ unit: "database" }]);
  const start = sandbox.start("syncctl", ["start", "app"]);
  while ((await client.ping()).waiters === 0);

  for (const signal of ["SIGTERM", "SIGKILL"] as const) {
    const { pid } = await client.ping();
    process.kill(pid, signal);
    let next = pid;
    while (next === pid) {
      const { status, stdout, stderr } = await sandbox.syncctl("ping", "-o", "json");
      if (status === 0) next = JSON.parse(stdout).pid;
      // One call may be lost with the agent that ends, but nobody is told that there is none.
      else expect(stderr).toMatch(/AGENT_STOPPING|is stopping|the connection broke/);
    }
  }
  while ((await client.ping()).waiters === 0);
  await client.start("database");
  await client.complete("database");

  expect((await start.result).status).toBe(0);
  expect((await client.status("app")).status).toBe("started");
  await client.close();
});

test("no child of the agent is told of the socket, or has it", async () => {
  await using sandbox = new Sandbox();
  const seen = `${sandbox.directory}/seen`;
  writeFileSync(
    `${sandbox.directory}/bin/flock`,
    `#!/bin/sh\n{ env; ls -l /proc/$$/fd; } >>'${seen}'\nexec /usr/bin/flock "$@"\n`,
    { mode: 0o755 },
  );
  await activate(sandbox, "./agent.sock sync-agent");

  expect((await sandbox.syncctl("ping")).status).toBe(0);
  expect(readFileSync(seen, "utf8")).toContain("agent.sock.lock");
  expect(readFileSync(seen, "utf8")).not.toMatch(/LISTEN_|socket:/);
});

test("a second agent for the same socket is refused, as always", async () => {
  await using sandbox = new Sandbox();
  const first = await activate(sandbox, "./agent.sock sync-agent");
  await sandbox.syncctl("ping");

  const second = await sandbox.start("sync-agent", []).result;

  expect(second.stderr).toContain("(AGENT_ALREADY_RUNNING)");
  expect((await first.kill("SIGTERM")).status).toBe(0);
});

describe("what systemd hands over is refused when it is", () => {
  // Of Perl's: the family, the type and the address of a socket.
  const unix = 'AF_UNIX, SOCK_STREAM, pack_sockaddr_un("./agent.sock")';
  const packets = unix.replace("STREAM", "SEQPACKET");
  const port = 'AF_INET, SOCK_STREAM, pack_sockaddr_in(48731, inet_aton("127.0.0.1"))';
  const name = 'AF_UNIX, SOCK_STREAM, pack_sockaddr_un("\\0sync-e2e")';
  test.each([
    ["two sockets", "./agent.sock --listen ./two.sock sync-agent", unix, 'LISTEN_FDS is "2"'],
    ["a port", "127.0.0.1:48731 sync-agent", port, "it is no Unix socket"],
    ["a name without a file", "@sync-e2e sync-agent", name, 'is "@sync-e2e"'],
    ["a socket of packets", "./agent.sock --seqpacket sync-agent", packets, "but no stream"],
    ["one connection", "./agent.sock --accept sync-agent", unix, "nobody listens on it"],
    [
      "elsewhere",
      "./agent.sock sync-agent --socket-path /run/other.sock",
      unix,
      '"/run/other.sock" was asked for',
    ],
    [
      "to get another mode",
      "./agent.sock sync-agent --socket-mode 0660",
      unix,
      "SocketMode= and SocketGroup=",
    ],
  ])("%s", async (_, line, address, why) => {
    await using sandbox = new Sandbox();
    const agent = await activate(sandbox, line);

    const to = address.replace("./", `${dirname(sandbox.socketPath)}/`);
    sandbox.startScript(`perl -MSocket -e '($f, $t, $to) = (${to}); socket(S, $f, $t, 0); connect(S, $to)'`);

    expect(await agent.line("(SOCKET_UNAVAILABLE)")).toContain(why);
  });
});
