import { deadline } from "../deadline.js";
import { parseUnitRequirement } from "../names.js";
import type { Session } from "../session.js";
import { UsageError } from "../usage-error.js";

interface WaitFlags {
  readonly any?: boolean;
  readonly output: string;
  /** Milliseconds; 0 sets no limit. */
  readonly timeout: number;
}

export async function wait(session: Session, names: readonly string[], flags: WaitFlags): Promise<void> {
  if (names.length === 0) {
    throw new UsageError("at least one unit name is required", "syncctl wait database");
  }
  const document = await session.client.wait(names.map(parseUnitRequirement), {
    mode: flags.any ? "any" : "all",
    timeoutMs: flags.timeout,
    signal: deadline(flags.timeout),
  });
  if (flags.output === "json") {
    session.printJson(document);
  }
}
