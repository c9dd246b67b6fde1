import type { Call, Owner, RootCause, Status, Waiter, WhyBlocker } from "@sync/protocol";
import { age } from "./age.js";
import { shorten } from "./cut.js";
import { statusColors, type Text } from "./text.js";

/** `-o json` has all of it. */
const longestReason = 300;
const longestCommand = 60;

/** Something that is not as it must be. */
export interface Knot extends Omit<WhyBlocker, "needed_by" | "starting"> {
  /** `undefined` when it is not known whether somebody starts it. */
  readonly starting: Call | null | undefined;
}

/** What is known besides the documents. */
export interface Knowledge {
  readonly now: number;
  /** A declared name for each undeclared one that looks like it. */
  readonly meant: ReadonlyMap<string, string>;
}

/** `is started for 3m`, `failed 12s ago`. A skipped unit has not reported that, so its time is that of something else. */
export function statusText(status: Status, since: string | null, now: number): Text {
  const known = since === null || status === "skipped" ? undefined : age(since, now);
  const word = { text: status, color: statusColors[status] };
  if (status === "completed" || status === "failed") {
    return [known === undefined ? "has " : "", word, known === undefined ? "" : ` ${known} ago`];
  }
  return ["is ", word, known === undefined ? "" : ` for ${known}`];
}

/** `"db" is started for 3m; must be completed; owner: sh db.sh (pid 42)` */
export function blockerText(blocker: Knot, isLeaf: boolean, knowledge: Knowledge): Text {
  const { unit_name, required_status, current_status, since } = blocker;
  return [
    `"${unit_name}" `,
    statusText(current_status, since, knowledge.now),
    `; must be ${required_status}`,
    factsText({ ...blocker, status: current_status, isLeaf }, knowledge),
  ];
}

/** `root cause: "disk" failed 12s ago; reason: exit 1` */
export function rootCauseText({ unit_name, since, reason }: RootCause, now: number): Text {
  return [rootCauseMark, `"${unit_name}" `, statusText("failed", since, now), reasonText(reason)];
}

export const rootCauseMark: Text = [{ text: "root cause:", color: "red" }, " "];

interface Facts {
  readonly unit_name: string;
  readonly status: Status;
  readonly reason: string | null;
  readonly owner: Owner | null;
  readonly starting: Call | null | undefined;
  /** Nothing else stands in its way. */
  readonly isLeaf: boolean;
}

/** What else there is to say of a unit, each with a semicolon before it. */
export function factsText(facts: Facts, { now, meant }: Knowledge): string {
  const { unit_name, status, reason, owner, starting, isLeaf } = facts;
  return [
    reasonText(reason),
    owner === null ? "" : `; owner: ${processText(owner)}`,
    starting == null ? "" : `; starting for ${age(starting.since, now)}: ${processText(starting)}`,
    status === "not registered" ? nobodyText(meant.get(unit_name)) : "",
    status === "pending" && isLeaf && starting === null ? "; ready, but nobody starts it" : "",
  ].join("");
}

function nobodyText(meant: string | undefined): string {
  return `; nobody has declared it${meant === undefined ? "" : `: ${didYouMean(meant)}`}`;
}

export function didYouMean(name: string): string {
  return `did you mean "${name}"?`;
}

/** `"app" for 3m; must be completed; sh app.sh (pid 42)` */
export function waiterText({ unit_name, required_status, since, ...call }: Waiter, now: number): string {
  const who = unit_name === null ? "a wait" : `"${unit_name}"`;
  return `${who} for ${age(since, now)}; must be ${required_status}; ${processText(call)}`;
}

/** `sh db.sh (pid 42)` */
export function processText({ command, pid }: Owner): string {
  if (command === null) {
    return pid === null ? "unknown process" : `pid ${pid}`;
  }
  const short = shorten(command, longestCommand);
  return pid === null ? short : `${short} (pid ${pid})`;
}

function reasonText(reason: string | null): string {
  return reason === null ? "" : `; reason: ${shorten(reason, longestReason)}`;
}
