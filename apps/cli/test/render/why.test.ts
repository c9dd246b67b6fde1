import type { WhyBlocker, WhyDocument } from "@sync/protocol";
import { expect, test } from "vitest";
import { treeBelow, treeOfUnit } from "../../src/blockers.js";
import { treeLines } from "../../src/render/blocker-tree.js";
import { whyStep } from "../../src/render/next-step.js";
import { paint } from "../../src/render/text.js";
import { whyLines } from "../../src/render/why.js";

const now = Date.parse("2026-01-01T00:03:00.000Z");
const since = "2026-01-01T00:00:00.000Z";
const knowledge = { now, meant: new Map([["databse", "database"]]) };
const call = { since, pid: 42, command: "sh app.sh" };

const app: WhyDocument = {
  unit_name: "app",
  status: "pending",
  is_ready: false,
  dependencies: [],
  readiness: "waiting",
  since,
  reason: null,
  owner: null,
  starting: null,
  waiters: [],
  root_causes: [],
  blockers: [],
};

function blocker(needed_by: string, unit_name: string, rest: Partial<WhyBlocker> = {}): WhyBlocker {
  return {
    needed_by,
    unit_name,
    required_status: "completed",
    current_status: "pending",
    since,
    reason: null,
    owner: null,
    starting: null,
    ...rest,
  };
}

function shown(document: WhyDocument): string[] {
  const lines = whyLines(document, treeOfUnit(document), knowledge);
  const next = whyStep(document, knowledge.meant, { socketPath: undefined });
  return [...lines.map((line) => paint(line, false)), ...(next === undefined ? [] : [next])];
}

// app ──▶ db ──▶ disk (started), databse, web:started
test("draws what a unit waits for, down to the far end, with all that is known of it", () => {
  const document: WhyDocument = {
    ...app,
    starting: call,
    waiters: [
      { unit_name: "proxy", required_status: "started", since, pid: 43, command: "sh proxy.sh" },
      { unit_name: null, required_status: "completed", since, pid: 44, command: null },
    ],
    blockers: [
      blocker("app", "databse", { current_status: "not registered", since: null }),
      blocker("app", "db", { starting: call }),
      blocker("db", "disk", { current_status: "started", owner: { pid: 45, command: "mount" } }),
      blocker("app", "web", { required_status: "started" }),
    ],
  };
  expect(shown(document)).toEqual([
    '"app" is pending for 3m and waiting; starting for 3m: sh app.sh (pid 42)',
    '├─ "databse" is not registered; must be completed; nobody has declared it: did you mean "database"?',
    '├─ "db" is pending for 3m; must be completed; starting for 3m: sh app.sh (pid 42)',
    '│  └─ "disk" is started for 3m; must be completed; owner: mount (pid 45)',
    '└─ "web" is pending for 3m; must be started; ready, but nobody starts it',
    "waited for by:",
    '  "proxy" for 3m; must be started; sh proxy.sh (pid 43)',
    "  a wait for 3m; must be completed; pid 44",
    'somebody must start "databse": syncctl start databse',
  ]);
});

// app ──▶ db ──▶ disk (failed)
test("marks the root cause", () => {
  const root_causes = [{ unit_name: "disk", since, reason: "exit 1" }];
  const blockers = [
    blocker("app", "db", { current_status: "skipped" }),
    blocker("db", "disk", { current_status: "failed", reason: "exit 1" }),
  ];
  expect(shown({ ...app, status: "skipped", readiness: "blocked", blockers, root_causes })).toEqual([
    '"app" is skipped and blocked',
    '└─ "db" is skipped; must be completed',
    '   └─ root cause: "disk" failed 3m ago; must be completed; reason: exit 1',
    'run "disk" again, or to make it pending: syncctl reset disk',
  ]);
});

// app ──▶ a ──▶ c ──▶ d (started), app ──▶ b ──▶ c
test("draws what several need only once", () => {
  const blockers = [
    blocker("app", "a"),
    blocker("a", "c"),
    blocker("c", "d", { current_status: "started" }),
    blocker("app", "b"),
    blocker("b", "c"),
  ];
  expect(shown({ ...app, blockers }).slice(1, -1)).toEqual([
    '├─ "a" is pending for 3m; must be completed',
    '│  └─ "c" is pending for 3m; must be completed',
    '│     └─ "d" is started for 3m; must be completed',
    '└─ "b" is pending for 3m; must be completed',
    '   └─ "c" is pending for 3m; must be completed; see its other line',
  ]);
});

test.each<[Partial<WhyDocument>, string[]]>([
  [
    { readiness: "ready" },
    ['"app" is pending for 3m; ready, but nobody starts it', 'somebody must start "app": syncctl start app'],
  ],
  [
    { status: "not registered", readiness: "ready", since: null },
    ['"app" is not registered; nobody has declared it', 'somebody must start "app": syncctl start app'],
  ],
  [
    { unit_name: "databse", status: "not registered", readiness: "ready", since: null },
    ['"databse" is not registered; nobody has declared it: did you mean "database"?', "syncctl why database"],
  ],
  [
    { status: "started", readiness: "ready", owner: { pid: 42, command: "sh app.sh" } },
    ['"app" is started for 3m; owner: sh app.sh (pid 42)', "to wait for it: syncctl wait app"],
  ],
  [{ status: "completed", readiness: "ready" }, ['"app" completed 3m ago']],
  [
    { status: "failed", readiness: "ready", reason: "exit 1" },
    ['"app" failed 3m ago; reason: exit 1', 'run "app" again, or to make it pending: syncctl reset app'],
  ],
  [
    { unit_name: "app:started", status: "started", readiness: "ready" },
    ['"app:started" is started for 3m', "to wait for it: syncctl wait app:started:completed"],
  ],
])("has something sensible to say of %j", (fields, lines) => {
  expect(shown({ ...app, ...fields })).toEqual(lines);
});

test("says what a running unit would wait for if it were started again", () => {
  const document: WhyDocument = { ...app, status: "started", blockers: [blocker("app", "db")] };
  expect(shown(document).slice(0, 3)).toEqual([
    '"app" is started for 3m',
    "if it is started again, it waits for:",
    '└─ "db" is pending for 3m; must be completed; ready, but nobody starts it',
  ]);
});

// app ──▶ u0 … u49
test("cuts long lists", () => {
  const blockers = Array.from({ length: 49 }, (_, index) => blocker("app", `u${index}`));
  const waiters = blockers.map(({ unit_name }) => ({
    ...call,
    unit_name,
    required_status: "started" as const,
  }));
  const lines = shown({ ...app, blockers, waiters });
  expect(lines).toHaveLength(1 + 12 + 1 + 1 + 10 + 1 + 1);
  expect(lines).toContain("└─ and 37 more");
  expect(lines).toContain("  and 39 more");
});

// app ──▶ u0 ──▶ u1 ──▶ … ──▶ u99
test.each(["started", "failed"] as const)(
  "cuts a deep tree, and names its far end when that has %s",
  (end) => {
    const blockers = Array.from({ length: 100 }, (_, index) =>
      blocker(index === 0 ? "app" : `u${index - 1}`, `u${index}`, {
        current_status: index === 99 ? end : "pending",
      }),
    );
    const root_causes = end === "failed" ? [{ unit_name: "u99", since, reason: "exit 1" }] : [];
    const lines = shown({ ...app, blockers, root_causes });
    expect(lines.slice(9, -1)).toEqual([
      `${" ".repeat(24)}└─ and 1 more`,
      end === "failed"
        ? 'root cause: "u99" failed 3m ago; reason: exit 1'
        : 'at the far end: "u99" is started for 3m; must be completed',
    ]);
  },
);

test("cuts a wide and deep tree where it is farthest away", () => {
  const names = Array.from({ length: 12 }, (_, index) => `u${index}`);
  const blockers = names.flatMap((name) => [
    blocker("app", name),
    ...names.map((below) => blocker(name, `${name}/${below}`)),
  ]);
  const lines = shown({ ...app, blockers });
  expect(lines.filter((line) => /^[├└]/.test(line))).toHaveLength(12);
  expect(lines.length).toBeLessThan(70);
});

test("says nothing of what the agent has not been asked", () => {
  const tree = treeBelow([blocker("app", "db")], [], []);
  expect(treeLines(tree, knowledge).map((line) => paint(line, false))).toEqual([
    '└─ "db" is pending for 3m; must be completed',
  ]);
});

test("cuts a long reason and a long command line", () => {
  const owner = { pid: 1, command: "c".repeat(256) };
  const [line = ""] = shown({ ...app, status: "failed", reason: "r".repeat(4096), owner });
  expect(line).toContain(`${"r".repeat(299)}…`);
  expect(line).toContain(`${"c".repeat(59)}… (pid 1)`);
});
