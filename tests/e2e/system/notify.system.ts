import { execFileSync } from "node:child_process";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Child } from "../child.js";
import { Sandbox } from "../sandbox.js";

/** Node has no sockets of datagrams with a path; Perl has, and Debian always has Perl. */
const receiver = `
  socket(S, AF_UNIX, SOCK_DGRAM, 0) and bind(S, pack_sockaddr_un($ENV{NOTIFY_SOCKET})) or die $!;
  $| = 1;
  print "bound\\n";
  print "$text\\n" while defined recv(S, $text, 4096, 0);`;

/** Listens where systemd would, and prints what it is told. */
async function supervise(sandbox: Sandbox): Promise<{ told: Child; env: { NOTIFY_SOCKET: string } }> {
  const NOTIFY_SOCKET = join(sandbox.directory, "notify.sock");
  const told = sandbox.startScript(`NOTIFY_SOCKET='${NOTIFY_SOCKET}' exec perl -MSocket -e '${receiver}'`);
  await told.line("bound");
  return { told, env: { NOTIFY_SOCKET } };
}

/** A `PATH` with all that the agent needs, and with `systemd-notify` only as it is given. */
function pathWith(sandbox: Sandbox, notify?: string): { PATH: string } {
  const PATH = join(sandbox.directory, "only");
  mkdirSync(PATH);
  symlinkSync(
    execFileSync("sh", ["-c", "command -v flock"], { encoding: "utf8" }).trim(),
    join(PATH, "flock"),
  );
  if (notify !== undefined) writeFileSync(join(PATH, "systemd-notify"), notify, { mode: 0o755 });
  return { PATH };
}

test("systemd is told when the agent answers, and when it begins to stop", async () => {
  await using sandbox = new Sandbox();
  const { told, env } = await supervise(sandbox);
  const agent = sandbox.start("sync-agent", [], env);

  await told.line("READY=1");
  expect((await sandbox.syncctl("ping")).status).toBe(0);
  expect(told.shown).not.toContain("STOPPING=1");
  const { status, stderr } = await agent.kill("SIGTERM");
  await told.line("STOPPING=1");
  expect({ status, stderr }).toEqual({ status: 0, stderr: expect.not.stringContaining("cannot tell") });
});

test("an agent that cannot tell says so, and goes on", async () => {
  await using sandbox = new Sandbox();
  const { env } = await supervise(sandbox);
  const agent = sandbox.start("sync-agent", [], { ...env, ...pathWith(sandbox) });

  expect(await agent.line("cannot tell systemd")).toContain("ENOENT");
  expect((await sandbox.syncctl("ping")).status).toBe(0);
  expect((await agent.kill("SIGTERM")).status).toBe(0);
});

test("an agent whose word nobody takes says so, and goes on", async () => {
  await using sandbox = new Sandbox();
  const agent = sandbox.start("sync-agent", [], { NOTIFY_SOCKET: join(sandbox.directory, "nobody") });

  expect(await agent.line("cannot tell systemd")).toContain('"READY=1"');
  expect((await sandbox.syncctl("ping")).status).toBe(0);
  expect((await agent.kill("SIGTERM")).status).toBe(0);
});

test("an agent answers while it is being told of", async () => {
  await using sandbox = new Sandbox();
  const { env } = await supervise(sandbox);
  const path = pathWith(sandbox, `#!/bin/sh\necho asked >&2\nexec /usr/bin/sleep 60\n`);
  const agent = sandbox.start("sync-agent", [], { ...env, ...path });
  await agent.line("listening");

  expect((await sandbox.syncctl("ping")).status).toBe(0);
  expect(agent.shown).not.toContain("cannot tell systemd");
  expect(await agent.line("cannot tell systemd")).toContain("asked");
});

test("without NOTIFY_SOCKET nobody is told", async () => {
  await using sandbox = new Sandbox();
  const path = pathWith(sandbox, `#!/bin/sh\n: >'${sandbox.directory}/told'\n`);
  const agent = sandbox.start("sync-agent", [], path);
  await agent.line("listening");
  expect((await agent.kill("SIGTERM")).status).toBe(0);

  expect((await sandbox.sh(`test -e '${sandbox.directory}/told'`)).status).toBe(1);
});
