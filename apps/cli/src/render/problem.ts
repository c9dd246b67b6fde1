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

export interface LookedAtPath extends TriedPath {
  /** What is there, and is no socket. */
  readonly obstacle: string | undefined;
}

/** Every path where an agent was looked for, and what that makes likely. */
export function unreachableLines(tried: readonly LookedAtPath[]): string[] {
  return [
    ...tried.map((place) => `tried ${place.path}: ${place.reason}${meaning(place)}`),
    `likely cause: ${likelyCause(tried)}`,
  ];
}

function meaning({ reason, obstacle }: LookedAtPath): string {
  if (obstacle !== undefined) {
    return ` (${obstacle}, and no socket)`;
  }
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

function likelyCause(tried: readonly LookedAtPath[]): string {
  const reasons = new Set(tried.map(({ reason }) => reason));
  if (reasons.has("ECONNRESET")) {
    return "the agent was stopped or killed during the call";
  }
  if (tried.some(({ obstacle }) => obstacle !== undefined)) {
    return "something else is where the socket would be";
  }
  if (reasons.has("EACCES") || reasons.has("EPERM") || reasons.has("not ours")) {
    return "the agent belongs to another user";
  }
  if (reasons.has("ECONNREFUSED")) {
    return "the agent was killed and has left its socket file";
  }
  return "no agent has been started, or it listens at another path";
}
