import type { Client } from "@sync/protocol/client";
import type { RunningAgent } from "./rig.js";

/** A command, and what is so before it. */
export interface Case {
  readonly file: string;
  readonly args: readonly string[];
  /** Brings the agent into the state in which the command is run. */
  readonly given?: Given;
  /** Cases that change nothing share the agent of their state. */
  readonly changes?: true;
}

export type Given = (agent: RunningAgent) => Promise<unknown>;

export const nothing: Given = async () => {};

export const waiting: Given = ({ client }) => client.want("app", [{ unit: "git" }, { unit: "db" }]);

const started: Given = ({ client }) => client.start("app");

const completed: Given = async ({ client }) => {
  await client.start("app");
  await client.complete("app");
};

const failed: Given = async ({ client }) => {
  await client.start("app");
  await client.fail("app", { reason: "no space left" });
};

// app ──▶ db ──started──▶ disk (failed)
const skipped: Given = async ({ client }) => {
  await client.want("app", [{ unit: "db" }]);
  await client.want("db", [{ unit: "disk", requirement: "started" }]);
  await client.start("disk");
  await client.fail("disk", { reason: "exit 1" });
};

/** A process that lives until the sandbox is disposed of, with a command line that is always the same. */
async function bystander({ sandbox }: RunningAgent): Promise<{ pid: number }> {
  const script = sandbox.startScript("mkfifo forever; echo ready; read line <>forever");
  await script.line("ready");
  return { pid: script.pid };
}

// proxy ──started──▶ app ──▶ db ──▶ disk (started, owned)
//                     ├────▶ databse
//                     └────▶ web ──▶ db
const deep: Given = async (agent) => {
  const { client } = agent;
  const { pid } = await bystander(agent);
  await client.want("app", [{ unit: "databse" }, { unit: "db" }, { unit: "web" }]);
  await client.want("db", [{ unit: "disk" }]);
  await client.want("web", [{ unit: "db" }]);
  await client.want("proxy", [{ unit: "app", requirement: "started" }]);
  await client.start("database");
  await client.start("disk", { owner: pid });
  for (const unit of ["db", "proxy"]) {
    // It ends with the agent.
    client.start(unit, { wait: true, pid }).catch(() => {});
    await agent.waiters(unit === "db" ? 1 : 2);
  }
  client.wait([{ unit: "app" }], { pid }).catch(() => {});
  await agent.waiters(3);
};

const owned: Given = async (agent) => {
  const { pid } = await bystander(agent);
  await agent.client.start("app", { owner: pid });
};

// app ──▶ db, u00 … u48
const wide: Given = async ({ client }) => {
  const names = Array.from({ length: 49 }, (_, index) => `u${String(index).padStart(2, "0")}`);
  await client.want(
    "app",
    names.map((unit) => ({ unit })),
  );
  await Promise.all(names.map((unit) => client.start(unit)));
};

// u0 ──▶ u1 ──▶ … ──▶ u20 (failed)
const long: Given = async ({ client }) => {
  for (let index = 0; index < 20; index += 1) {
    await client.want(`u${index}`, [{ unit: `u${index + 1}` }]);
  }
  await client.start("u20");
  await client.fail("u20", { reason: "exit 1" });
};

const ready: Given = async ({ client }) => {
  await client.start("app");
  await client.reset("app");
};

export const explanations: readonly Case[] = [
  { file: "why", args: ["why", "app"], given: deep },
  { file: "why-blocked", args: ["why", "app"], given: skipped },
  { file: "why-ready", args: ["why", "app"], given: ready },
  { file: "why-started", args: ["why", "app"], given: owned },
  { file: "why-completed", args: ["why", "app"], given: completed },
  { file: "why-failed", args: ["why", "app"], given: failed },
  { file: "why-unknown", args: ["why", "app"] },
  { file: "why-typing-error", args: ["why", "databse"], given: deep },
  { file: "why-waited-for", args: ["why", "disk"], given: deep },
  { file: "why-wide", args: ["why", "app"], given: wide },
  { file: "why-long", args: ["why", "u0"], given: long },
  { file: "status-waiters", args: ["status", "app"], given: deep },
  { file: "status-owner", args: ["status", "disk"], given: deep },
  { file: "status-starting", args: ["status", "db"], given: deep },
  { file: "list-wide", args: ["list", "--wide"], given: deep },
];

export const successes: readonly Case[] = [
  { file: "ping", args: ["ping"] },
  { file: "ping-quiet", args: ["ping", "--quiet"] },
  { changes: true, file: "want", args: ["want", "app", "git", "db:started"] },
  { changes: true, file: "start", args: ["start", "app"] },
  {
    changes: true,
    file: "start-satisfied",
    args: ["start", "web"],
    given: async (agent) => {
      await completed(agent);
      await agent.client.want("web", [{ unit: "app" }]);
    },
  },
  { changes: true, file: "complete", args: ["complete", "app"], given: started },
  { changes: true, file: "fail", args: ["fail", "app", "--reason", "no space left"], given: started },
  { changes: true, file: "finish", args: ["finish", "app", "--status", "0"], given: started },
  { changes: true, file: "reset", args: ["reset", "app"], given: failed },
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

export const refusals: readonly Case[] = [
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
  { file: "timeout-deep", args: ["start", "app", "--timeout", "10ms"], given: deep },
  { file: "timeout-wait-deep", args: ["wait", "app", "web", "--timeout", "10ms"], given: deep },
  { file: "not-owner", args: ["complete", "app"], given: owned },
  { file: "not-owner-finish", args: ["finish", "--status", "3", "app"], given: owned },
  { file: "owner-lost", args: ["start", "app", "--owner", "999999999"] },
  { file: "dependency-failed-long", args: ["start", "u0"], given: long },
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

/** What the agent answers to a call that it refuses. */
export const problems: readonly {
  file: string;
  given?: Given;
  call: (client: Client) => Promise<unknown>;
}[] = [
  { file: "unknown-unit", call: (client) => client.complete("app") },
  { file: "same-status", given: started, call: (client) => client.start("app") },
  { file: "invalid-transition", given: failed, call: (client) => client.complete("app") },
  { file: "not-ready", given: waiting, call: (client) => client.complete("app") },
  { file: "dependency-failed", given: skipped, call: (client) => client.start("app", { wait: true }) },
  { file: "dependency-failed-wait", given: skipped, call: (client) => client.wait([{ unit: "app" }]) },
  { file: "timeout", given: deep, call: (client) => client.start("app", { wait: true, timeoutMs: 10 }) },
  {
    file: "timeout-wait",
    given: deep,
    call: (client) => client.wait([{ unit: "app" }, { unit: "disk" }], { timeoutMs: 10 }),
  },
  { file: "not-owner", given: owned, call: (client) => client.complete("app") },
  { file: "owner-lost", call: (client) => client.start("app", { owner: 999_999_999 }) },
  { file: "cycle", given: long, call: (client) => client.want("u2", [{ unit: "u0" }]) },
  {
    file: "conflict",
    given: waiting,
    call: (client) => client.want("app", [{ unit: "db", requirement: "finished" }]),
  },
  { file: "name-too-long", call: (client) => client.start("x".repeat(1025)) },
];

export const misuses: readonly Omit<Case, "given">[] = [
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
  { file: "usage-bad-heartbeat", args: ["wait", "app", "--heartbeat", "often"] },
  { file: "usage-bad-owner", args: ["start", "app", "--owner", "me"] },
  { file: "usage-why", args: ["why"] },
  { file: "usage-bad-sequence", args: ["events", "--after", "now"] },
];

export const documents: readonly Case[] = [
  { file: "ping", args: ["ping"] },
  { file: "list", args: ["list"], given: waiting },
  { file: "status", args: ["status", "app"], given: skipped },
  { file: "wait", args: ["wait", "app", "git", "--any"], given: completed },
  { file: "graph", args: ["graph"], given: skipped },
  { file: "why", args: ["why", "app"], given: deep },
  { file: "why-blocked", args: ["why", "app"], given: skipped },
  { file: "list-wide", args: ["list"], given: deep },
];
