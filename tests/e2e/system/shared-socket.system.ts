import { expect, test } from "vitest";
import { Machine } from "./machine.js";

const group = 4300;
const socket = "/mnt/run/sync/agent.sock";
const at = `--socket-path ${socket}`;

/** A machine on which root has made a directory for the agent of one user, and two others: one is in its group. */
async function sharedMachine() {
  const machine = new Machine();
  const agentUser = machine.user(4242, [group]);
  const member = machine.user(4243, [group]);
  const stranger = machine.user(4244);
  await machine.root(`mkdir -p run/sync; chmod 755 run; chmod 710 run/sync; chown 4242:${group} run/sync`);
  return {
    machine,
    agentUser,
    member,
    stranger,
    [Symbol.asyncDispose]: () => machine[Symbol.asyncDispose](),
  };
}

test.each(["000", "077"])("a socket for a group serves it, and nobody else, with umask %s", async (umask) => {
  await using shared = await sharedMachine();
  const { agentUser, member, stranger, machine } = shared;
  const agent = await agentUser.agent(`${at} --socket-group ${group}`, `umask ${umask}`);
  expect((await machine.root("stat -c '%a %u %g' run/sync/agent.sock")).stdout).toBe(`660 4242 ${group}\n`);

  expect((await member.sh(`syncctl want app database ${at}`)).status).toBe(0);
  const start = member.start(`syncctl start app ${at}`);
  await start.line("is waiting");
  expect((await agentUser.sh(`syncctl start database ${at}; syncctl complete database ${at}`)).status).toBe(
    0,
  );
  expect((await start.result).status).toBe(0);
  const refused = await stranger.sh(`syncctl ping ${at}`);
  expect(refused.status).toBe(69);
  expect(refused.stderr).toContain("EACCES");

  for (const other of [member, stranger]) {
    const { stdout } = await other.sh(`
      for file in agent.journal/journal agent.sock.lock; do cat /mnt/run/sync/$file && echo read; done
      ls /mnt/run/sync && echo listed
      rm -f ${socket} && echo removed
      touch /mnt/run/sync/agent.log && echo made`);
    expect(stdout).toBe("");
  }
  expect((await member.sh(`syncctl ping ${at}`)).status).toBe(0);
  expect((await agent.kill("SIGTERM")).status).toBe(0);
});

test("doctor tells who may use a socket, and has nothing against one that is shared", async () => {
  await using shared = await sharedMachine();
  const { agentUser, member, stranger } = shared;
  await agentUser.agent(`${at} --socket-group ${group}`);

  const { stdout, status } = await member.sh(`syncctl doctor ${at}`);
  expect(stdout).toContain(
    `ok       socket: ${socket}: an agent of user 4242 listens (mode 0660, for group ${group})`,
  );
  expect(stdout).not.toMatch(/^(warning|problem)/m);
  expect(status).toBe(0);
  const theirs = await stranger.sh(`syncctl doctor ${at}`);
  expect(theirs.stdout).toContain(`problem  socket: ${socket}: permission denied`);
  expect(theirs.status).toBe(69);
});

test("a directory that the agent makes has mode 0710 and the group, so that it gets through", async () => {
  await using shared = await sharedMachine();
  const { agentUser, member, stranger, machine } = shared;
  await machine.root("mkdir srv; chown 4242 srv; chmod 711 srv");
  const made = "--socket-path /mnt/srv/a/b/agent.sock";
  await agentUser.agent(`${made} --socket-group ${group}`, "umask 077");

  expect((await machine.root("stat -c '%a %g' srv/a srv/a/b srv")).stdout).toBe(
    `710 ${group}\n710 ${group}\n711 0\n`,
  );
  expect((await member.sh(`syncctl ping ${made}`)).status).toBe(0);
  expect((await stranger.sh(`syncctl ping ${made}`)).status).toBe(69);
});

test("a group that the agent's user is not in is refused, and no socket stays", async () => {
  await using shared = await sharedMachine();
  const { agentUser, machine } = shared;
  await machine.root("chmod 711 run/sync");

  const { status, stderr } = await agentUser.sh(`sync-agent ${at} --socket-group 4999`);

  expect(stderr).toContain("(SOCKET_UNAVAILABLE)");
  expect(stderr).toContain("EPERM");
  expect(status).toBe(1);
  expect((await machine.root("ls run/sync")).stdout).not.toMatch(/agent\.sock$/m);
});

test("a socket that is shared in /tmp gets no client of another user: anybody could have made it", async () => {
  await using shared = await sharedMachine();
  const { agentUser, member } = shared;
  const inTmp = "--socket-path /tmp/shared/agent.sock";
  await agentUser.agent(`${inTmp} --socket-group ${group}`);

  const { status, stderr } = await member.sh(`syncctl ping ${inTmp}`);
  expect(status).toBe(69);
  expect(stderr).toContain("/tmp/shared/agent.sock: not ours");
  expect((await agentUser.sh(`syncctl ping ${inTmp}`)).status).toBe(0);
});

test("a socket for everybody is what it says, and doctor warns of it", async () => {
  await using shared = await sharedMachine();
  const { agentUser, stranger, machine } = shared;
  await machine.root("chmod 711 run/sync");
  await agentUser.agent(`${at} --socket-mode 0666`, "umask 077");

  expect((await stranger.sh(`syncctl ping ${at}`)).status).toBe(0);
  const { stdout, status } = await stranger.sh(`syncctl doctor ${at}`);
  expect(stdout).toContain(`warning  socket: ${socket}: everybody on this machine may use it (mode 0666)`);
  expect(status).toBe(0);
});
