import { expect, test } from "vitest";
import { journalIn, startAgent } from "./rig.js";
import { Sandbox } from "./sandbox.js";

/** A line of shell that says what the kernel knows of the pipe it writes to. */
const flags = "sed -n 's/^flags:/pipe:/p' /proc/self/fdinfo/1";

test
  .runIf(process.platform === "linux")
  .each([
    "syncctl ping",
    "syncctl --help",
    "syncctl",
    "syncctl start",
    "syncctl status nobody",
    "syncctl completion bash",
    "syncctl run app --ready-when up -- echo up",
    "sync-agent --help",
    "sync-agent --limit nonsense",
    "sync-agent journal check journal",
  ])("%s leaves a pipe as it was, for the next command of a script", async (line) => {
  await using sandbox = new Sandbox();
  await using agent = await startAgent(sandbox, ...journalIn(sandbox));

  const { stdout } = await agent.sh(`{ ${flags}; ${line}; ${flags}; } 2>&1 | cat`);

  const [before, ...rest] = stdout.trimEnd().split("\n");
  expect(rest.length).toBeGreaterThan(1);
  expect(rest.at(-1)).toBe(before);
});

test.runIf(process.platform === "linux")(
  "an agent in the background leaves the pipe of its script as it was",
  async () => {
    await using sandbox = new Sandbox();
    const script = `
    {
      ${flags}
      sync-agent --journal none & agent=$!
      until syncctl ping >/dev/null 2>&1; do sleep 0.02; done
      read -r _ < <(syncctl events 2>/dev/null) || echo "pipe: there was nothing to read"
      ${flags}
      kill $agent
    } 2>&1 | grep pipe:`;

    const { stdout } = await sandbox.sh(script);

    const [before, after] = stdout.split("\n");
    expect(before).toMatch(/^pipe:/);
    expect(after).toBe(before);
  },
);

test.each([
  { command: "syncctl ping", status: 1 },
  { command: "syncctl events --after 0", status: 1 },
  { command: "sync-agent --help", status: 1 },
  { command: "sync-agent journal --help", status: 1 },
  { command: "sync-agent --version", status: 1 },
  { command: "sync-agent journal check journal", status: 1 },
  { command: "sync-agent journal export journal", status: 1 },
  // Nobody reads what it prints any longer, so that it is killed by SIGPIPE.
  {
    command: "syncctl run talker --ready-when never -- sh -c 'while echo more; do sleep 0.1; done'",
    status: 141,
  },
])("what $command cannot write is said once, and is no success", async ({ command, status: expected }) => {
  await using sandbox = new Sandbox();
  await using agent = await startAgent(sandbox, ...journalIn(sandbox));
  for (const unit of ["a", "b", "c"]) await agent.client.start(unit);

  const { stderr, status } = await agent.sh(`${command} >/dev/full`);

  expect(stderr).toMatch(/^error: cannot write the output: ENOSPC/);
  expect(stderr.match(/cannot write/g)).toHaveLength(1);
  expect(stderr).not.toContain(" at ");
  expect(status).toBe(expected);
});

test.each([
  { command: "syncctl start late --timeout 1s", status: 124 },
  { command: "syncctl run talker --ready-when never -- sh -c 'echo a; sleep 0.3; exit 3'", status: 3 },
])("what $command cannot write does not hide how it ended", async ({ command, status }) => {
  await using agent = await startAgent();
  await agent.client.want("late", [{ unit: "never" }]);

  expect((await agent.sh(`${command} >/dev/full`)).status).toBe(status);
});

test.each([
  "syncctl list",
  "syncctl --help",
  "sync-agent --help",
  "sync-agent --version",
  "sync-agent journal check journal",
  "sync-agent journal export journal",
])("%s is silent when whoever would read has gone", async (command) => {
  await using sandbox = new Sandbox();
  await using agent = await startAgent(sandbox, ...journalIn(sandbox));
  await agent.client.start("a");

  const ended = await agent.sh(`mkfifo read; exec 3<>read 4>read 3<&-; ${command} >&4`);

  expect(ended).toEqual({ stdout: "", stderr: "", status: 0 });
});

test("sync-agent says that it was typed wrongly where nobody hears it, and ends all the same", async () => {
  await using sandbox = new Sandbox();

  const { status } = await sandbox.sh("sync-agent --nonsense 2>/dev/full");

  expect(status).toBe(64);
});

test.each([
  { command: "syncctl list", lines: "501" },
  { command: "sync-agent journal export journal", lines: "1000" },
])(
  "$command has all in a pipe that others have made refuse what it cannot take at once",
  async ({ command, lines }) => {
    await using sandbox = new Sandbox();
    await using agent = await startAgent(sandbox, ...journalIn(sandbox));
    await Promise.all(
      Array.from({ length: 500 }, (_, number) => agent.client.start(`${"u".repeat(200)}${number}`)),
    );

    const { stdout, status } = await agent.sh(
      `set -o pipefail
      { dd if=/dev/null oflag=nonblock status=none; ${command}; } | { sleep 1; wc -l; }`,
    );

    expect({ stdout: stdout.trim(), status }).toEqual({ stdout: lines, status: 0 });
  },
);

test("while nobody reads what a command prints, run sees that it is ready, and passes signals on", async () => {
  await using agent = await startAgent();
  const script = `
    mkfifo printed
    # Somebody who could read, and does not.
    exec 3<>printed
    syncctl run app --ready-when READY -- sh -c '
      trap "touch told; exit 3" TERM
      head -c 100000 /dev/zero | tr "\\0" x; echo; echo READY
      while :; do sleep 0.1; done' >printed & run=$!
    syncctl wait app
    kill $run
    until [ -e told ]; do sleep 0.02; done
    cat <&3 >/dev/null & cat=$!
    wait $run; echo "exit $?"
    kill $cat`;

  const { stdout } = await agent.sh(script);

  expect(stdout).toContain("exit 3");
});
