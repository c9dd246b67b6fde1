import { ProtocolError } from "@sync/protocol/client";
import { afterAll, describe, expect, test } from "vitest";
import type { Result } from "./child.js";
import {
  type Case,
  documents,
  explanations,
  type Given,
  misuses,
  nothing,
  problems,
  refusals,
  successes,
  waiting,
} from "./golden-cases.js";
import { type RunningAgent, startAgent } from "./rig.js";
import { Sandbox } from "./sandbox.js";

/** What differs from run to run, and what stands for it. */
const volatile: readonly [pattern: RegExp, replacement: string][] = [
  [/\/tmp\/[^\s"]*?\/agent\.sock/g, "<socket>"],
  [/\/tmp\/[^\s"]*?\/agent\.journal/g, "<journal>"],
  [/"\d{4}-\d\d-\d\dT[\d:.]+Z"/g, '"<time>"'],
  [/[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}/g, "<generation>"],
  [/"version": "[^"]+"/g, '"version": "<version>"'],
  [/^\d+\.\d+\.\d+$/gm, "<version>"],
  [/"(bytes|pid|uptime_ms)": \d+/g, '"$1": 0'],
  [/\bfor (\d+[dhms])+/g, "for <age>"],
  [/\b(\d+ ?[dhms])+ ago/g, "<age> ago"],
  [/\b(pid|process) \d+/g, "$1 <pid>"],
  // Where the age has a column of its own.
  [/^(.* {2})\d+s(?= {2,})/gm, "$10s"],
];

function normal(text: string): string {
  // What begins a colour is to be seen.
  const visible = text.replaceAll("\u001b", "␛");
  const all = volatile.reduce((some, [pattern, replacement]) => some.replace(pattern, replacement), visible);
  // How wide its columns are hangs on the numbers of the processes.
  return all.includes("WAITED FOR BY") ? all.replace(/ {2,}/g, "  ") : all;
}

/** All that a command shows: what it printed on either stream, and how it ended. */
function shown(args: readonly string[], { stdout, stderr, status }: Result): string {
  const command = ["syncctl", ...args.map((word) => (/^[\w:,.=-]+$/.test(word) ? word : `'${word}'`))].join(
    " ",
  );
  return normal(`$ ${command}\n${stdout}--- stderr\n${stderr}--- exit ${status}\n`);
}

type Env = Readonly<Record<string, string>>;

const shared = new Map<Given, Promise<RunningAgent>>();

afterAll(async () => {
  for (const agent of shared.values()) {
    await (await agent)[Symbol.asyncDispose]();
  }
});

/** One may be shared by all the tests of this file, which take minutes on a busy machine. */
async function agentIn(given: Given): Promise<RunningAgent> {
  const agent = await startAgent(new Sandbox({ longestMs: 900_000 }));
  await given(agent);
  return agent;
}

/** Runs the command of a case in its state. */
async function run({ args, given = nothing, changes }: Case, env: Env = {}): Promise<Result> {
  if (changes) {
    await using agent = await agentIn(given);
    return await agent.sandbox.start("syncctl", args, env).result;
  }
  return (await sharedAgent(given)).sandbox.start("syncctl", args, env).result;
}

function sharedAgent(given: Given): Promise<RunningAgent> {
  const agent = shared.get(given) ?? agentIn(given);
  shared.set(given, agent);
  return agent;
}

describe("prints what it always has printed", () => {
  test.each([...successes, ...explanations, ...refusals])("$file", async (example) => {
    const text = shown(example.args, await run(example));
    await expect(text).toMatchFileSnapshot(`golden/${example.file}.txt`);
  });

  test.each([...explanations, ...refusals])("$file in colour", async (example) => {
    const text = shown(example.args, await run(example, { FORCE_COLOR: "1" }));
    await expect(text).toMatchFileSnapshot(`golden/color/${example.file}.txt`);
  });

  test.each(misuses)("$file", async ({ file, args }) => {
    await using sandbox = new Sandbox();
    const result = await sandbox.syncctl(...args);
    await expect(shown(args, result)).toMatchFileSnapshot(`golden/${file}.txt`);
  });

  test.each(documents)("$file as JSON", async (example) => {
    const { stdout, stderr, status } = await run({ ...example, args: [...example.args, "-o", "json"] });
    expect({ stderr, status }).toEqual({ stderr: "", status: 0 });
    await expect(normal(stdout)).toMatchFileSnapshot(`golden/${example.file}.json`);
  });

  test.each(problems)("$file as a problem document", async ({ file, given = nothing, call }) => {
    const { client } = await sharedAgent(given);
    const error = await call(client).catch((reason: unknown) => reason);
    const problem = error instanceof ProtocolError ? error.problem : undefined;
    await expect(normal(`${JSON.stringify(problem, null, 2)}\n`)).toMatchFileSnapshot(
      `golden/problem/${file}.json`,
    );
  });

  test("start-waiting", async () => {
    await using agent = await agentIn(waiting);
    const start = await agent.waiting("app");
    for (const unit of ["git", "db"]) {
      await agent.client.start(unit);
      await agent.client.complete(unit);
    }
    await expect(shown(["start", "app"], await start.result)).toMatchFileSnapshot("golden/start-waiting.txt");
  });

  test("agent-restarted", async () => {
    await using agent = await agentIn(waiting);
    const start = await agent.waiting("app");
    await agent.process.kill("SIGKILL");
    await using _ = await startAgent(agent.sandbox, "--journal", "none");
    await expect(shown(["start", "app"], await start.result)).toMatchFileSnapshot(
      "golden/agent-restarted.txt",
    );
  });

  test("agent-gone", async () => {
    await using agent = await agentIn(waiting);
    const flags = ["--timeout", "3s"];
    const start = await agent.waiting("app", ...flags);
    await agent.process.kill("SIGTERM");
    await expect(shown(["start", "app", ...flags], await start.result)).toMatchFileSnapshot(
      "golden/agent-gone.txt",
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
