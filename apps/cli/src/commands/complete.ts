import { oneUnit } from "../names.js";
import type { Session } from "../session.js";

export async function complete(
  { client, pid, say }: Session,
  names: readonly string[],
  { force }: { readonly force?: boolean },
): Promise<void> {
  await client.complete(oneUnit(names, "complete"), { pid, force });
  say("Success");
}
