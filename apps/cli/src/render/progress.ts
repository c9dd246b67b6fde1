import type { Status } from "@sync/protocol";
import { duration } from "./age.js";
import { cut, shorten } from "./cut.js";
import { didYouMean } from "./facts.js";
import { statusColors, type Text } from "./text.js";

/** It is one line, and `why` has all of it. */
const most = { blockers: 3, name: 60 } as const;

/** Something that a wait waits for. */
export interface Unmet {
  readonly unit_name: string;
  readonly current_status: Status;
}

/** How far a wait has got. */
export interface Progress {
  /** The unit that is to be started; `undefined` when it is a plain wait. */
  readonly unit: string | undefined;
  readonly waitedMs: number;
  /** Before the wait ends by itself; `undefined` when it has no limit. */
  readonly leftMs: number | undefined;
}

/** `still waiting after 30s to start "app": "db" is started, "git" is pending and 3 more` */
export function progressText(progress: Progress, unmet: readonly Unmet[]): Text {
  const { shown, left } = cut(unmet, most.blockers);
  const blockers = shown.map(
    ({ unit_name, current_status }, index): Text => [
      index === 0 ? ": " : ", ",
      `"${shorten(unit_name, most.name)}" is `,
      { text: current_status, color: statusColors[current_status] },
    ],
  );
  return [stillWaiting(progress), blockers, left === 0 ? "" : ` and ${left} more`];
}

/** Says at once that the agent has gone. */
export function detachedText(progress: Progress): Text {
  return [gone, tryingAgain(progress)];
}

/** What is said instead of the blockers as long as the agent is away. */
export function awayText(progress: Progress): Text {
  return [stillWaiting(progress), ": ", gone, tryingAgain(progress)];
}

export function undeclaredText(name: string, meant: string | undefined): Text {
  const hint = meant === undefined ? "" : `: ${didYouMean(meant)}`;
  return [`nobody has `, { text: "declared", color: "yellow" }, ` "${name}" yet${hint}`];
}

const gone: Text = { text: "the agent has gone", color: "red" };

function tryingAgain({ leftMs }: Progress): string {
  return `; trying to reach it again ${leftMs === undefined ? "until it is back" : `for ${duration(leftMs)}`}`;
}

function stillWaiting({ unit, waitedMs }: Progress): string {
  const aim = unit === undefined ? "" : ` to start "${shorten(unit, most.name)}"`;
  return `still waiting after ${duration(waitedMs)}${aim}`;
}
