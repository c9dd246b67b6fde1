import { errors, type ProblemDocument } from "@sync/protocol";
import { ProtocolError } from "@sync/protocol/client";
import { CommanderError } from "commander";
import { expect, test } from "vitest";
import { endingOf } from "../src/exit.js";
import { UsageError } from "../src/usage-error.js";

const now = Date.parse("2026-01-01T00:01:00.000Z");
const since = "2026-01-01T00:00:48.000Z";
const start = { argv: ["start", "app"], verb: "start", socketPath: undefined, now, suggestion: undefined };

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

test.each(Object.entries(errors))("%s has the exit status of the protocol's table", (code, { exit }) => {
  expect(endingOf(refusal(code), start).status).toBe(exit);
});

test("ends with 1 on a code that only a newer agent knows, and says what it says", () => {
  expect(endingOf(refusal("TOO_TIRED"), start)).toEqual({
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
  expect(endingOf(error, start).lines.slice(1)).toEqual([
    '  blocker: "db" is skipped, must be completed',
    '  root cause: "disk" failed 12s ago: exit 1',
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
  const { lines } = endingOf(refusal("DEPENDENCIES_NOT_SATISFIED", { blockers }), start);
  expect(lines).toHaveLength(23);
  expect(lines).toContain("  and 10 more");
});

test("prints the whole cycle when the message has cut it", () => {
  const path = ["a", "b", "c", "a"];
  expect(endingOf(refusal("CYCLE_DETECTED", { path }), start).lines).toContain("  cycle: a -> b -> c -> a");
});

test("does not print a cycle twice", () => {
  const error = refusal("CYCLE_DETECTED", { path: ["a", "a"], detail: "it would close the cycle a -> a" });
  expect(endingOf(error, start).lines.join("\n")).not.toContain("cycle:");
});

test("repeats the socket path that was given in the command to type next, and quotes names", () => {
  const { lines } = endingOf(refusal("INVALID_TRANSITION", { unit_name: "-my app" }), {
    ...start,
    socketPath: "/tmp/x.sock",
  });
  expect(lines.at(-1)).toBe("  next: to try again: syncctl start --socket-path /tmp/x.sock -- '-my app'");
});

test("names the path of the only place where an agent was looked for", () => {
  const tried = [{ path: "/run/a.sock", reason: "ECONNREFUSED" }];
  expect(endingOf(new ProtocolError("AGENT_UNREACHABLE", "", { tried }), start).lines).toEqual([
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
  expect(endingOf(new ProtocolError("AGENT_UNREACHABLE", "", { tried }), start).lines.slice(1)).toEqual([
    "  tried /run/a.sock: ENOENT (no such socket)",
    "  tried /tmp/a.sock: EACCES (permission denied)",
    "  likely cause: the agent belongs to another user",
    "  next: sync-agent &",
  ]);
});

test("ends with 64 on wrong usage, with an example and where to read more", () => {
  expect(endingOf(new UsageError("no", "syncctl start app"), start)).toEqual({
    lines: ["error: no", "  example: syncctl start app", "  next: syncctl start --help"],
    status: 64,
  });
  expect(endingOf(new CommanderError(1, "commander.unknownOption", "error: unknown option"), start)).toEqual({
    lines: ["error: unknown option", "  next: syncctl start --help"],
    status: 64,
  });
});

test("ends with 0 when help was asked for", () => {
  expect(endingOf(new CommanderError(0, "commander.helpDisplayed", ""), start)).toEqual({
    lines: [],
    status: 0,
  });
});

test("calls what nobody foresaw a bug", () => {
  const { lines, status } = endingOf(new TypeError("x is undefined"), start);
  expect(status).toBe(70);
  expect(lines.slice(0, 2)).toEqual(["error: this is a bug in syncctl", "  TypeError: x is undefined"]);
});
