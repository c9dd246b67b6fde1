import { oneUnit } from "../names.js";
import type { Session } from "../session.js";

export async function reset(
  { client, pid, say }: Session,
  names: readonly string[],
  { reason, force }: { readonly reason?: string; readonly force?: boolean },
): Promise<void> {
  await client.reset(oneUnit(names, "reset"), { reason, pid, force });
  say("Success");
}
