import type { ProblemDocument } from "@sync/protocol";
import type { TriedPath } from "@sync/protocol/client";
import { type BlockerTree, treeLines } from "./blocker-tree.js";
import type { Knowledge } from "./facts.js";
import type { Text } from "./text.js";

/** What stands in the way, and at the far end of it what has failed. */
export function problemLines(
  { detail, path }: ProblemDocument,
  tree: BlockerTree,
  knowledge: Knowledge,
): Text[] {
  const cycle = path?.join(" -> ");
  return [
    ...(cycle === undefined || detail.includes(cycle) ? [] : [`cycle: ${cycle}`]),
    ...treeLines(tree, knowledge),
  ];
}

/** Every path where an agent was looked for, and what that makes likely. */
export function unreachableLines(tried: readonly TriedPath[]): string[] {
  return [
    ...tried.map(({ path, reason }) => `tried ${path}: ${reason}${meaning(reason)}`),
    `likely cause: ${likelyCause(new Set(tried.map(({ reason }) => reason)))}`,
  ];
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
