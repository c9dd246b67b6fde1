import { afterAll, describe, expect, test } from "vitest";
import type { Result } from "./child.js";
import {
  type Case,
  documents,
  type Given,
  misuses,
  nothing,
  refusals,
  successes,
  waiting,
} from "./golden-cases.js";
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

const shared = new Map<Given, Promise<RunningAgent>>();

afterAll(async () => {
  for (const agent of shared.values()) {
    await (await agent)[Symbol.asyncDispose]();
  }
});

async function agentIn(given: Given): Promise<RunningAgent> {
  const agent = await startAgent();
  await given(agent);
  return agent;
}

/** Runs the command of a case in its state. */
async function run({ args, given = nothing, changes }: Case): Promise<Result> {
  if (changes) {
    await using agent = await agentIn(given);
    return await agent.syncctl(...args);
  }
  const agent = shared.get(given) ?? agentIn(given);
  shared.set(given, agent);
  return (await agent).syncctl(...args);
}

describe("prints what it always has printed", () => {
  test.each([...successes, ...refusals])("$file", async (example) => {
    const text = shown(example.args, await run(example));
    await expect(text).toMatchFileSnapshot(`golden/${example.file}.txt`);
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

  test("start-waiting", async () => {
    await using agent = await agentIn(waiting);
    const start = await agent.waiting("app");
    for (const unit of ["git", "db"]) {
      await agent.client.start(unit);
      await agent.client.complete(unit);
    }
    await expect(shown(["start", "app"], await start.result)).toMatchFileSnapshot("golden/start-waiting.txt");
  });

  test("agent-stopping", async () => {
    await using agent = await agentIn(waiting);
    const flags = ["--timeout", "1s"];
    const start = await agent.waiting("app", ...flags);
    await agent.process.kill("SIGTERM");
    await expect(shown(["start", "app", ...flags], await start.result)).toMatchFileSnapshot(
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
