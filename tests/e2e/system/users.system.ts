import { describe, expect, test } from "vitest";
import { Machine, type User } from "./machine.js";

const [ours, theirs] = [4242, 4243];

/** Listens as the agent would, lets everybody in, and tells of who comes and what it is sent. */
async function impostor(user: User, path: string) {
  const listen = `require("node:net").createServer((connection) => {
      console.log("somebody came");
      connection.on("data", (data) => console.log(String(data))).on("error", () => {});
    }).listen(process.argv[1], () => { require("node:fs").chmodSync(process.argv[1], 0o777); console.log("ready"); });`;
  const listener = user.start(
    `umask 0; mkdir -p "$(dirname '${path}')"; exec /mnt/node -e '${listen}' '${path}'`,
  );
  await listener.line("ready");
  return listener;
}

/** Tries each line on its own, and returns those that have succeeded. */
async function succeeding(user: User, lines: readonly string[]): Promise<string[]> {
  const script = lines.map((line, index) => `(${line}) >/dev/null 2>&1 && echo ${index}`).join("\n");
  const { stdout } = await user.sh(`${script}\ntrue`);
  return stdout.split("\n").flatMap((index) => (index === "" ? [] : [lines[Number(index)] ?? ""]));
}

/** What a stranger would like to do. */
function wishes(socketPath: string, log: string): string[] {
  const journal = socketPath.replace(/\.sock$/, ".journal");
  const connect = `require("node:net").connect(process.argv[1]).on("connect", () => process.exit(0))`;
  return [
    `syncctl ping --socket-path ${socketPath}`,
    `/mnt/node -e '${connect}' ${socketPath}`,
    `rm -f ${socketPath} && ! test -e ${socketPath}`,
    `mv ${socketPath} ${socketPath}.old`,
    `ln -sf /tmp/mine ${socketPath}`,
    `chmod 666 ${socketPath}`,
    `cat ${journal}/journal`,
    `ls ${journal}`,
    `touch ${journal}/journal.new`,
    `sync-agent journal export ${journal} | grep unit`,
    `sync-agent journal reset ${journal}`,
    `flock -n ${socketPath}.lock true`,
    `cat ${log}`,
    `echo >>${log}`,
  ];
}

describe.each([
  [
    "the runtime directory",
    "/mnt/home/4242/run/sync/agent.sock",
    "export XDG_RUNTIME_DIR=$HOME/run; mkdir -m 700 $HOME/run",
  ],
  ["a directory of its own in /tmp", "/tmp/sync-4242/agent.sock", ":"],
  ["/tmp itself", "/tmp/agent.sock", "export SYNC_SOCKET_PATH=/tmp/agent.sock"],
])("another user, while an agent is in %s,", (_, socketPath, settings) => {
  test.each(["000", "077"])("gets nothing of it when its umask is %s", async (umask) => {
    await using machine = new Machine();
    const [us, them] = [machine.user(ours), machine.user(theirs)];
    const log = "/tmp/agent.log";
    const agent = us.start(`umask ${umask}; ${settings}; exec sync-agent --log-file ${log}`);
    const all = wishes(socketPath, log);
    const ping = `until syncctl ping --socket-path ${socketPath}; do :; done`;
    expect((await us.sh(`${ping} 2>/dev/null; syncctl start unit --socket-path ${socketPath}`)).status).toBe(
      0,
    );

    expect(await succeeding(them, all)).toEqual([]);

    expect((await us.sh(`syncctl status unit --socket-path ${socketPath}`)).stdout).toContain("started");
    expect(
      await succeeding(us, [`cat ${log}`, `cat ${socketPath.replace("sock", "journal")}/journal`]),
    ).toHaveLength(2);
    expect((await agent.kill("SIGTERM")).status).toBe(0);
  });
});

describe("another user who was there first", () => {
  test("with the directory in /tmp keeps the agent out of it, and gets no client", async () => {
    await using machine = new Machine();
    const [us, them] = [machine.user(ours), machine.user(theirs)];
    const listener = await impostor(them, "/tmp/sync-4242/agent.sock");

    const agent = await us.sh("sync-agent");
    expect(agent.stderr).toContain(`cannot use "/tmp/sync-4242": it belongs to user ${theirs}`);
    expect(agent.status).toBe(1);
    for (const environment of ["", "SYNC_AUTOSTART=1", "SYNC_SOCKET_PATH=/tmp/sync-4242/agent.sock"]) {
      const { status, stderr } = await us.sh(`${environment} syncctl start unit`);
      expect(status, stderr).toBe(69);
    }
    expect(listener.shown).toBe("ready\n");
    expect((await us.sh("syncctl doctor")).status).toBe(69);
    expect((await us.sh("ls -A /tmp/sync-4242")).stdout).toBe("agent.sock\n");
  });

  test("with the link that the directory is gets neither", async () => {
    await using machine = new Machine();
    const [us, them] = [machine.user(ours), machine.user(theirs)];
    await them.sh("mkdir -m 777 theirs; ln -s theirs sync-4242");
    const listener = await impostor(them, "/tmp/theirs/agent.sock");

    expect((await us.sh("sync-agent")).stderr).toContain("(SOCKET_UNAVAILABLE)");
    expect((await us.sh("syncctl start unit")).status).toBe(69);
    expect(listener.shown).toBe("ready\n");
  });

  test("with the socket in /tmp keeps the agent away, and gets no client", async () => {
    await using machine = new Machine();
    const [us, them] = [machine.user(ours), machine.user(theirs)];
    const listener = await impostor(them, "/tmp/agent.sock");

    const agent = await us.sh("sync-agent --socket-path /tmp/agent.sock");
    expect(agent.stderr).toContain("(AGENT_ALREADY_RUNNING)");
    const { status, stderr } = await us.sh("syncctl start unit --socket-path /tmp/agent.sock");
    expect(status).toBe(69);
    expect(stderr).toContain("/tmp/agent.sock: not ours");
    const doctor = await us.sh("syncctl doctor --socket-path /tmp/agent.sock");
    expect(doctor.stdout).toContain("syncctl does not use it: another user may have made it");
    // The agent looks whether somebody answers, and sends nothing.
    expect(listener.shown.replaceAll("somebody came\n", "")).toBe("ready\n");
  });

  test("with the socket, while the agent is started again, gets nobody who waits", async () => {
    await using machine = new Machine();
    const [us, them] = [machine.user(ours), machine.user(theirs)];
    const at = "--socket-path /tmp/agent.sock";
    const agent = await us.agent(at);
    await us.sh(`syncctl want app database ${at}`);
    const wait = us.start(`syncctl start app ${at}`);
    await wait.line("is waiting");
    while (!(await us.sh(`syncctl ping -o json ${at}`)).stdout.includes('"waiters": 1'));
    await agent.kill("SIGTERM");
    const listener = await impostor(them, "/tmp/agent.sock");
    await wait.line("trying to reach it again");
    expect((await us.sh(`syncctl start database ${at}`)).status).toBe(69);
    expect(listener.shown).toBe("ready\n");

    await listener.kill("SIGTERM");
    await them.sh("rm /tmp/agent.sock");
    await us.agent(at);
    await us.sh(`syncctl start database ${at} && syncctl complete database ${at}`);
    expect((await wait.result).status).toBe(0);
  });

  const secret = "/mnt/home/4242/secret";
  test.each([
    [
      "a socket that was left",
      "/mnt/node -e 'require(`net`).createServer().listen(`agent.sock`, () => process.kill(process.pid, 9))'",
      "SOCKET_UNAVAILABLE",
    ],
    ["a link for the socket", `ln -s ${secret} agent.sock`, "SOCKET_UNAVAILABLE"],
    ["a link for the socket to nowhere", "ln -s /mnt/home/4242/made agent.sock", "SOCKET_UNAVAILABLE"],
    ["the lock", "touch agent.sock.lock; chmod 666 agent.sock.lock", "LOCK_UNAVAILABLE"],
    ["a link for the lock", `ln -s ${secret} agent.sock.lock`, "LOCK_UNAVAILABLE"],
    ["a link for the lock to nowhere", "ln -s /mnt/home/4242/made agent.sock.lock", "LOCK_UNAVAILABLE"],
    ["the journal", "mkdir -m 755 agent.journal", "JOURNAL_UNAVAILABLE"],
    ["a link for the journal", "ln -s /mnt/home/4242 agent.journal", "JOURNAL_UNAVAILABLE"],
    ["a link for the journal to nowhere", "ln -s /mnt/home/4242/made agent.journal", "JOURNAL_UNAVAILABLE"],
    ["the log", "touch agent.log; chmod 666 agent.log", "LOG_UNAVAILABLE"],
    ["a link for the log", `ln -s ${secret} agent.log`, "LOG_UNAVAILABLE"],
    ["a link for the log to nowhere", "ln -s /mnt/home/4242/made agent.log", "LOG_UNAVAILABLE"],
    ["a pipe for the log", "mkfifo -m 666 agent.log; exec 3<>agent.log; exec sleep 1000", "LOG_UNAVAILABLE"],
  ])("with %s keeps the agent away, and changes nothing of ours", async (_, prepare, code) => {
    await using machine = new Machine();
    const [us, them] = [machine.user(ours), machine.user(theirs)];
    await us.sh(`echo precious >${secret}`);
    const before = await us.sh("ls -lA --time-style=+ $HOME");
    const prepared = them.start(prepare);
    while ((await them.sh("ls -A /tmp")).stdout === "");

    const agent = await us.sh("sync-agent --socket-path /tmp/agent.sock --log-file /tmp/agent.log");

    expect(agent.stderr).toContain(`(${code})`);
    expect(agent.status).toBe(1);
    expect((await us.sh("ls -lA --time-style=+ $HOME; cat $HOME/secret")).stdout).toBe(
      `${before.stdout}precious\n`,
    );
    await prepared.kill("SIGKILL");
  });
});

test("a log that nobody reads does not hold up an agent, also where it cannot be opened once more", async () => {
  await using machine = new Machine();
  const { stdout } = await machine.user(ours).sh(`
    cd; mkfifo log; exec 3<>log 4>log; chmod 000 log
    sync-agent --socket-path "$HOME/agent.sock" --journal none --log-level debug 2>&4 & agent=$!
    until [ -S agent.sock ]; do sleep 0.02; done
    curl --silent --max-time 60 --unix-socket agent.sock --write-out '%{http_code}\\n' \\
      --output /dev/null 'http://sync/v1/units/[1-1500]' | sort | uniq -c
    kill $agent`);
  expect(stdout.trim()).toBe("1500 200");
});
