import { oneUnit } from "../names.js";
import type { Session } from "../session.js";

export async function fail(
  { client, pid, say }: Session,
  names: readonly string[],
  { reason, force }: { readonly reason?: string; readonly force?: boolean },
): Promise<void> {
  await client.fail(oneUnit(names, "fail"), { reason, pid, force });
  say("Success");
}
