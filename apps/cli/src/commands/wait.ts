import { Deadline } from "../deadline.js";
import { whileWaiting } from "../heartbeat.js";
import { parseUnitRequirement } from "../names.js";
import type { Session } from "../session.js";
import { UsageError } from "../usage-error.js";

export interface WaitFlags {
  readonly any?: boolean;
  readonly output: string;
  /** Milliseconds; 0 sets no limit. */
  readonly timeout: number;
  /** Milliseconds between two signs of life; 0 for none. */
  readonly heartbeat: number;
  readonly keepWaiting?: boolean;
}

export async function wait(session: Session, names: readonly string[], flags: WaitFlags): Promise<void> {
  if (names.length === 0) {
    throw new UsageError("at least one unit name is required", "syncctl wait database");
  }
  const { client, elapsed, pid } = session;
  const { timeout, heartbeat, keepWaiting } = flags;
  const units = names.map(parseUnitRequirement);
  const waiting = { target: { units }, begun: elapsed(), timeoutMs: timeout, heartbeatMs: heartbeat };
  const document = await whileWaiting(session, waiting, (onDetached) =>
    client.wait(units, {
      mode: flags.any ? "any" : "all",
      timeoutMs: timeout,
      pid,
      keepWaiting,
      onDetached,
      signal: new Deadline(timeout, elapsed).signal,
    }),
  );
  if (flags.output === "json") {
    session.printJson(document);
  }
}
