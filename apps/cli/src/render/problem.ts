import type { ProblemDocument } from "@sync/protocol";
import type { TriedPath } from "@sync/protocol/client";
import { age } from "./age.js";

type Blocker = NonNullable<ProblemDocument["blockers"]>[number];

/** More of them would push the first line off the screen; `status` has them all. */
const mostLines = 20;

/** What stands in the way, and at the far end of it what has failed. */
export function problemLines(problem: ProblemDocument, now: number): string[] {
  const { detail, path, blockers = [], root_causes = [] } = problem;
  const cycle = path?.join(" -> ");
  return [
    ...(cycle === undefined || detail.includes(cycle) ? [] : [`cycle: ${cycle}`]),
    ...cut(blockers.map((blocker) => blockerLine(blocker, now))),
    ...cut(
      root_causes.map(({ unit_name, since, reason }) => {
        const ago = since === null ? "" : ` ${age(since, now)} ago`;
        return `root cause: "${unit_name}" failed${ago}${reason === null ? "" : `: ${reason}`}`;
      }),
    ),
  ];
}

/** Every path where an agent was looked for, and what that makes likely. */
export function unreachableLines(tried: readonly TriedPath[]): string[] {
  return [
    ...tried.map(({ path, reason }) => `tried ${path}: ${reason}${meaning(reason)}`),
    `likely cause: ${likelyCause(new Set(tried.map(({ reason }) => reason)))}`,
  ];
}

function blockerLine(blocker: Blocker, now: number): string {
  const { unit_name, required_status, current_status, since, reason } = blocker;
  // A skipped unit has not reported that: its time is that of something else.
  const known = since === null || current_status === "skipped" ? "" : ` for ${age(since, now)}`;
  const declared = current_status === "not registered" ? " (nobody has declared it)" : "";
  const why = reason === null ? "" : ` (${reason})`;
  return `blocker: "${unit_name}" is ${current_status}${known}${declared}${why}, must be ${required_status}`;
}

function cut(lines: readonly string[]): readonly string[] {
  const more = lines.length - mostLines;
  return more <= 0 ? lines : [...lines.slice(0, mostLines), `and ${more} more`];
}

function meaning(reason: string): string {
  switch (reason) {
    case "ENOENT":
      return " (no such socket)";
    case "ECONNREFUSED":
      return " (a socket file, but nobody listens)";
    case "EACCES":
    case "EPERM":
      return " (permission denied)";
    case "ECONNRESET":
      return " (the connection broke)";
    case "ENOTSOCK":
      return " (not a socket)";
    default:
      return "";
  }
}

function likelyCause(reasons: ReadonlySet<string>): string {
  if (reasons.has("ECONNRESET")) {
    return "the agent was stopped or killed during the call";
  }
  if (reasons.has("EACCES") || reasons.has("EPERM") || reasons.has("not ours")) {
    return "the agent belongs to another user";
  }
  if (reasons.has("ECONNREFUSED")) {
    return "the agent was killed and has left its socket file";
  }
  return "no agent has been started, or it listens at another path";
}
