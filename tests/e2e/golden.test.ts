import { describe, expect, test } from "vitest";
import type { Result } from "./child.js";
import { type RunningAgent, startAgent } from "./rig.js";
import { Sandbox } from "./sandbox.js";

/** What differs from run to run, and what stands for it. */
const volatile: readonly [pattern: RegExp, replacement: string][] = [
  [/\/tmp\/[^\s"]*?\/agent\.sock/g, "<socket>"],
  [/"\d{4}-\d\d-\d\dT[\d:.]+Z"/g, '"<time>"'],
  [/"generation": "[^"]+"/g, '"generation": "<generation>"'],
  [/"version": "[^"]+"/g, '"version": "<version>"'],
  [/^\d+\.\d+\.\d+$/gm, "<version>"],
  [/"(pid|uptime_ms)": \d+/g, '"$1": 0'],
  [/\b(for|failed) (\d+[dhms])+/g, "$1 <age>"],
];

function normal(text: string): string {
  return volatile.reduce((all, [pattern, replacement]) => all.replace(pattern, replacement), text);
}

/** All that a command shows: what it printed on either stream, and how it ended. */
function shown(args: readonly string[], { stdout, stderr, status }: Result): string {
  const command = ["syncctl", ...args.map((word) => (/^[\w:,.=-]+$/.test(word) ? word : `'${word}'`))].join(
    " ",
  );
  return normal(`$ ${command}\n${stdout}--- stderr\n${stderr}--- exit ${status}\n`);
}

interface Case {
  readonly file: string;
  readonly args: readonly string[];
  /** Brings the agent into the state in which the command is run. */
  readonly given?: (agent: RunningAgent) => Promise<unknown>;
}

const waiting: Case["given"] = ({ client }) => client.want("app", [{ unit: "git" }, { unit: "db" }]);

const started: Case["given"] = ({ client }) => client.start("app");

const completed: Case["given"] = async ({ client }) => {
  await client.start("app");
  await client.complete("app");
};

const failed: Case["given"] = async ({ client }) => {
  await client.start("app");
  await client.fail("app", { reason: "no space left" });
};

// app ──▶ db ──started──▶ disk (failed)
const skipped: Case["given"] = async ({ client }) => {
  await client.want("app", [{ unit: "db" }]);
  await client.want("db", [{ unit: "disk", requirement: "started" }]);
  await client.start("disk");
  await client.fail("disk", { reason: "exit 1" });
};

const successes: readonly Case[] = [
  { file: "ping", args: ["ping"] },
  { file: "ping-quiet", args: ["ping", "--quiet"] },
  { file: "want", args: ["want", "app", "git", "db:started"] },
  { file: "start", args: ["start", "app"] },
  {
    file: "start-satisfied",
    args: ["start", "web"],
    given: async (agent) => {
      await completed(agent);
      await agent.client.want("web", [{ unit: "app" }]);
    },
  },
  { file: "complete", args: ["complete", "app"], given: started },
  { file: "fail", args: ["fail", "app", "--reason", "no space left"], given: started },
  { file: "finish", args: ["finish", "app", "--status", "0"], given: started },
  { file: "reset", args: ["reset", "app"], given: failed },
  { file: "status", args: ["status", "app"], given: waiting },
  { file: "status-failed", args: ["status", "app"], given: failed },
  { file: "status-skipped", args: ["status", "app"], given: skipped },
  { file: "status-unknown", args: ["status", "app"] },
  { file: "status-column", args: ["status", "app", "-c", "Satisfied,depends on"], given: waiting },
  { file: "list", args: ["list"], given: waiting },
  { file: "list-empty", args: ["list"] },
  { file: "wait", args: ["wait", "app"], given: completed },
  { file: "graph", args: ["graph"], given: skipped },
  { file: "graph-dot", args: ["graph", "-o", "dot"], given: skipped },
  { file: "graph-mermaid", args: ["graph", "-o", "mermaid"], given: skipped },
];

const refusals: readonly Case[] = [
  {
    file: "cycle",
    args: ["want", "C", "A"],
    given: async ({ client }) => {
      await client.want("A", [{ unit: "B" }]);
      await client.want("B", [{ unit: "C" }]);
    },
  },
  { file: "conflict", args: ["want", "app", "git:finished"], given: waiting },
  { file: "timeout-start", args: ["start", "app", "--timeout", "10ms"], given: waiting },
  { file: "timeout-wait", args: ["wait", "app", "--timeout", "10ms"], given: waiting },
  {
    file: "timeout-typing-error",
    args: ["start", "app", "--timeout", "10ms"],
    given: async ({ client }) => {
      await client.want("app", [{ unit: "databse" }]);
      await client.start("database");
    },
  },
  { file: "dependency-failed-start", args: ["start", "app"], given: skipped },
  { file: "dependency-failed-complete", args: ["complete", "app"], given: skipped },
  { file: "dependency-failed-wait", args: ["wait", "app"], given: skipped },
  { file: "not-ready-complete", args: ["complete", "app"], given: waiting },
  {
    file: "unknown-unit-typing-error",
    args: ["complete", "databse"],
    given: ({ client }) => client.start("database"),
  },
  { file: "unknown-unit", args: ["fail", "app"] },
  { file: "same-status-start", args: ["start", "app"], given: started },
  { file: "same-status-complete", args: ["complete", "app"], given: completed },
  { file: "same-status-fail", args: ["fail", "app"], given: failed },
  { file: "invalid-transition-complete", args: ["complete", "app"], given: failed },
  { file: "invalid-transition-fail", args: ["fail", "app"], given: completed },
  { file: "name-too-long", args: ["start", "x".repeat(1025)] },
];

const misuses: readonly Omit<Case, "given">[] = [
  { file: "no-agent", args: ["start", "app"] },
  { file: "usage-want", args: ["want", "app"] },
  { file: "usage-start", args: ["start"] },
  { file: "usage-wait", args: ["wait"] },
  { file: "usage-empty-name", args: ["start", ""] },
  { file: "usage-finish-without-status", args: ["finish", "app"] },
  { file: "usage-finish-bad-status", args: ["finish", "app", "--status", "256"] },
  { file: "usage-unknown-verb", args: ["strat", "app"] },
  { file: "usage-unknown-option", args: ["start", "app", "--time", "5m"] },
  { file: "usage-unknown-column", args: ["list", "-c", "unit,colour"] },
  { file: "usage-unknown-output", args: ["list", "-o", "yaml"] },
  { file: "usage-bad-duration", args: ["start", "app", "--timeout", "5x"] },
  { file: "usage-bad-sequence", args: ["events", "--after", "now"] },
];

const documents: readonly Case[] = [
  { file: "ping", args: ["ping"] },
  { file: "list", args: ["list"], given: waiting },
  { file: "status", args: ["status", "app"], given: skipped },
  { file: "wait", args: ["wait", "app", "git", "--any"], given: completed },
  { file: "graph", args: ["graph"], given: skipped },
];

describe("prints what it always has printed", () => {
  test.each([...successes, ...refusals])("$file", async ({ file, args, given }) => {
    await using agent = await startAgent();
    await given?.(agent);
    const result = await agent.syncctl(...args);
    await expect(shown(args, result)).toMatchFileSnapshot(`golden/${file}.txt`);
  });

  test.each(misuses)("$file", async ({ file, args }) => {
    await using sandbox = new Sandbox();
    const result = await sandbox.syncctl(...args);
    await expect(shown(args, result)).toMatchFileSnapshot(`golden/${file}.txt`);
  });

  test.each(documents)("$file as JSON", async ({ file, args, given }) => {
    await using agent = await startAgent();
    await given?.(agent);
    const { stdout, stderr, status } = await agent.syncctl(...args, "-o", "json");
    expect({ stderr, status }).toEqual({ stderr: "", status: 0 });
    await expect(normal(stdout)).toMatchFileSnapshot(`golden/${file}.json`);
  });

  test("start-waiting", async () => {
    await using agent = await startAgent();
    await waiting(agent);
    const start = await agent.waiting("app");
    for (const unit of ["git", "db"]) {
      await agent.client.start(unit);
      await agent.client.complete(unit);
    }
    await expect(shown(["start", "app"], await start.result)).toMatchFileSnapshot("golden/start-waiting.txt");
  });

  test("agent-stopping", async () => {
    await using agent = await startAgent();
    await waiting(agent);
    const start = await agent.waiting("app");
    await agent.process.kill("SIGTERM");
    await expect(shown(["start", "app"], await start.result)).toMatchFileSnapshot(
      "golden/agent-stopping.txt",
    );
  });
});

test("the help of every verb says what it did, and the program's help lists them all", async () => {
  await using sandbox = new Sandbox();
  const all = await sandbox.syncctl("--help");
  const verbs = [...all.stdout.matchAll(/^ {2}([a-z]+) {2,}/gm)].map(([, name = ""]) => name);
  expect(verbs.length).toBeGreaterThan(10);

  await expect(shown(["--help"], all)).toMatchFileSnapshot("golden/help/syncctl.txt");
  await expect(shown(["--version"], await sandbox.syncctl("--version"))).toMatchFileSnapshot(
    "golden/help/version.txt",
  );
  for (const verb of verbs.filter((name) => name !== "help")) {
    const help = await sandbox.syncctl(verb, "--help");
    await expect(shown([verb, "--help"], help)).toMatchFileSnapshot(`golden/help/${verb}.txt`);
  }
});
