import { errors, type ProblemDocument } from "@sync/protocol";
import { ProtocolError } from "@sync/protocol/client";
import { CommanderError } from "commander";
import { expect, test } from "vitest";
import { treeBelow } from "../src/blockers.js";
import { endingOf } from "../src/exit.js";
import { nothingKnown } from "../src/explanation.js";
import { paint } from "../src/render/text.js";
import { UsageError } from "../src/usage-error.js";

const now = Date.parse("2026-01-01T00:01:00.000Z");
const since = "2026-01-01T00:00:48.000Z";
const start = {
  argv: ["start", "app"],
  verb: "start",
  socketPath: undefined,
  now,
  explanation: nothingKnown,
};

function refusal(code: string, details: Partial<ProblemDocument> = {}): ProtocolError {
  const detail = `cannot start unit "app": ${code}`;
  const problem = {
    type: `urn:sync:${code}`,
    title: code,
    status: 409,
    detail,
    code,
    unit_name: "app",
    ...details,
  };
  return new ProtocolError(code, detail, { problem });
}

/** How it ends when the agent had nothing to add. */
function shown(error: unknown, circumstances: Parameters<typeof endingOf>[1] = start) {
  const { blockers = [], root_causes = [] } = (error instanceof ProtocolError && error.problem) || {};
  const explanation = { ...nothingKnown, tree: treeBelow(blockers, root_causes, []) };
  const { lines, status } = endingOf(error, { ...circumstances, explanation });
  return { lines: lines.map((line) => paint(line, false)), status };
}

test.each(Object.entries(errors))("%s has the exit status of the protocol's table", (code, { exit }) => {
  expect(shown(refusal(code)).status).toBe(exit);
});

test("ends with 1 on a code that only a newer agent knows, and says what it says", () => {
  expect(shown(refusal("TOO_TIRED"))).toEqual({
    lines: ['error: start unit failed: cannot start unit "app": TOO_TIRED'],
    status: 1,
  });
});

test("says what is in the way, since when, what failed, and what to type", () => {
  const error = refusal("DEPENDENCY_FAILED", {
    blockers: [
      {
        unit_name: "db",
        required_status: "completed",
        current_status: "skipped",
        since,
        reason: null,
        owner: null,
      },
    ],
    root_causes: [{ unit_name: "disk", since, reason: "exit 1" }],
  });
  expect(shown(error).lines.slice(1)).toEqual([
    '  └─ "db" is skipped; must be completed',
    '  root cause: "disk" failed 12s ago; reason: exit 1',
    '  next: run "disk" again, or to make it pending: syncctl reset disk',
  ]);
});

test("cuts a long list of blockers", () => {
  const blocker = {
    required_status: "completed",
    current_status: "pending",
    since,
    reason: null,
    owner: null,
  } as const;
  const blockers = Array.from({ length: 30 }, (_, index) => ({ unit_name: `u${index}`, ...blocker }));
  const { lines } = shown(refusal("DEPENDENCIES_NOT_SATISFIED", { blockers }));
  expect(lines).toHaveLength(15);
  expect(lines).toContain("  └─ and 18 more");
});

test("prints the whole cycle when the message has cut it", () => {
  const path = ["a", "b", "c", "a"];
  expect(shown(refusal("CYCLE_DETECTED", { path })).lines).toContain("  cycle: a -> b -> c -> a");
});

test("does not print a cycle twice", () => {
  const error = refusal("CYCLE_DETECTED", { path: ["a", "a"], detail: "it would close the cycle a -> a" });
  expect(shown(error).lines.join("\n")).not.toContain("cycle:");
});

test("repeats the socket path that was given in the command to type next, and quotes names", () => {
  const { lines } = shown(refusal("INVALID_TRANSITION", { unit_name: "-my app" }), {
    ...start,
    socketPath: "/tmp/x.sock",
  });
  expect(lines.at(-1)).toBe("  next: to try again: syncctl start --socket-path /tmp/x.sock -- '-my app'");
});

test("names the owner, and how to do it all the same", () => {
  const error = refusal("CANNOT_UPDATE_OTHER_UNIT", { unit_name: "my app" });
  const { lines } = shown(error, {
    ...start,
    argv: ["-q", "finish", "--status", "3", "--", "my app"],
    verb: "finish",
  });
  expect(lines.at(-1)).toBe(
    "  next: to do it all the same: syncctl -q finish --force --status 3 -- 'my app'",
  );
});

test("names the path of the only place where an agent was looked for", () => {
  const tried = [{ path: "/run/a.sock", reason: "ECONNREFUSED" }];
  expect(shown(new ProtocolError("AGENT_UNREACHABLE", "", { tried })).lines).toEqual([
    "error: connect to agent socket: no agent answers",
    "  tried /run/a.sock: ECONNREFUSED (a socket file, but nobody listens)",
    "  likely cause: the agent was killed and has left its socket file",
    "  next: sync-agent --socket-path /run/a.sock &",
  ]);
});

test("lists every place where an agent was looked for", () => {
  const tried = [
    { path: "/run/a.sock", reason: "ENOENT" },
    { path: "/tmp/a.sock", reason: "EACCES" },
  ];
  expect(shown(new ProtocolError("AGENT_UNREACHABLE", "", { tried })).lines.slice(1)).toEqual([
    "  tried /run/a.sock: ENOENT (no such socket)",
    "  tried /tmp/a.sock: EACCES (permission denied)",
    "  likely cause: the agent belongs to another user",
    "  next: sync-agent &",
  ]);
});

test("ends with 64 on wrong usage, with an example and where to read more", () => {
  expect(shown(new UsageError("no", "syncctl start app"))).toEqual({
    lines: ["error: no", "  example: syncctl start app", "  next: syncctl start --help"],
    status: 64,
  });
  expect(shown(new CommanderError(1, "commander.unknownOption", "error: unknown option"))).toEqual({
    lines: ["error: unknown option", "  next: syncctl start --help"],
    status: 64,
  });
});

test("calls what nobody foresaw a bug", () => {
  const { lines, status } = shown(new TypeError("x is undefined"));
  expect(status).toBe(70);
  expect(lines.slice(0, 2)).toEqual(["error: this is a bug in syncctl", "  TypeError: x is undefined"]);
});
