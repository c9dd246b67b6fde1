import { ProtocolError } from "@sync/protocol/client";
import { deadline } from "../deadline.js";
import { oneUnit } from "../names.js";
import { nameList } from "../render/unit.js";
import type { Session } from "../session.js";

interface StartFlags {
  /** Milliseconds to wait, from the beginning of the command; 0 sets no limit. */
  readonly timeout: number;
}

export async function start(
  session: Session,
  names: readonly string[],
  { timeout }: StartFlags,
): Promise<void> {
  const unit = oneUnit(names, "start");
  const { client, elapsed } = session;
  const begun = elapsed();
  try {
    const { dependencies } = await client.start(unit);
    const satisfied = dependencies.map(({ depends_on }) => depends_on);
    session.say(
      satisfied.length === 0
        ? `Unit "${unit}" started with no dependencies`
        : `Unit "${unit}" started immediately, dependencies already satisfied: ${nameList(satisfied)}`,
    );
  } catch (error) {
    const unmet = unmetNames(error);
    if (unmet === undefined) {
      throw error;
    }
    session.say(`Unit "${unit}" is waiting for dependencies to be satisfied: ${nameList(unmet)}`);
    // Never 0 once there is a limit: that would be no limit.
    const timeoutMs = timeout === 0 ? 0 : Math.max(1, Math.ceil(timeout - (elapsed() - begun)));
    await client.start(unit, { wait: true, timeoutMs, signal: deadline(timeoutMs) });
    session.say(`Unit "${unit}" finished waiting for dependencies: ${nameList(unmet)}`);
  }
}

/** What a unit that can start later waits for; `undefined` when it was refused for another reason. */
function unmetNames(error: unknown): string[] | undefined {
  return error instanceof ProtocolError && error.code === "DEPENDENCIES_NOT_SATISFIED"
    ? (error.problem?.blockers ?? []).map(({ unit_name }) => unit_name)
    : undefined;
}
