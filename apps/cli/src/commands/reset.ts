import { oneUnit } from "../names.js";
import type { Session } from "../session.js";
import { UsageError } from "../usage-error.js";

export async function reset(
  { client, pid, say }: Session,
  names: readonly string[],
  { all, reason, force }: { readonly all?: boolean; readonly reason?: string; readonly force?: boolean },
): Promise<void> {
  if (all && names.length > 0) {
    throw new UsageError("--all takes no unit names", "syncctl reset --all");
  }
  await (all
    ? client.resetAll({ reason, pid, force })
    : client.reset(oneUnit(names, "reset"), { reason, pid, force }));
  say("Success");
}
