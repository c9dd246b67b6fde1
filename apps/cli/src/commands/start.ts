import { ProtocolError } from "@sync/protocol/client";
import { Deadline } from "../deadline.js";
import { whileWaiting } from "../heartbeat.js";
import { nameList, oneUnit } from "../names.js";
import type { Session } from "../session.js";

export interface StartFlags {
  /** Milliseconds to wait, from the beginning of the command; 0 sets no limit. */
  readonly timeout: number;
  /** Milliseconds between two signs of life; 0 for none. */
  readonly heartbeat: number;
  /** The process that the unit is bound to. */
  readonly owner?: number;
  readonly keepWaiting?: boolean;
  readonly force?: boolean;
}

export async function start(session: Session, names: readonly string[], flags: StartFlags): Promise<void> {
  const unit = oneUnit(names, "start");
  const { client, elapsed, pid } = session;
  const { timeout, heartbeat, owner, keepWaiting, force } = flags;
  const begun = elapsed();
  const deadline = new Deadline(timeout, elapsed);
  const { signal } = deadline;
  try {
    const { dependencies } = await client.start(unit, { owner, pid, force, signal });
    const satisfied = dependencies.map(({ depends_on }) => depends_on);
    session.say(
      satisfied.length === 0
        ? `Unit "${unit}" started with no dependencies`
        : `Unit "${unit}" started immediately, dependencies already satisfied: ${nameList(satisfied)}`,
    );
  } catch (error) {
    const unmet = unmetNames(error, keepWaiting);
    if (unmet === undefined) {
      throw error;
    }
    session.say(`Unit "${unit}" is waiting for dependencies to be satisfied: ${nameList(unmet)}`);
    const waiting = { target: { unit }, begun, timeoutMs: timeout, heartbeatMs: heartbeat };
    await whileWaiting(session, waiting, (onDetached) =>
      client.start(unit, {
        wait: true,
        timeoutMs: deadline.leftMs,
        owner,
        pid,
        keepWaiting,
        force,
        onDetached,
        signal,
      }),
    );
    session.say(`Unit "${unit}" finished waiting for dependencies: ${nameList(unmet)}`);
  }
}

/** What a unit that can start later waits for; `undefined` when it was refused for another reason. */
function unmetNames(error: unknown, keepWaiting = false): string[] | undefined {
  if (!(error instanceof ProtocolError)) {
    return undefined;
  }
  const isLater =
    error.code === "DEPENDENCIES_NOT_SATISFIED" || (keepWaiting && error.code === "DEPENDENCY_FAILED");
  return isLater ? (error.problem?.blockers ?? []).map(({ unit_name }) => unit_name) : undefined;
}
