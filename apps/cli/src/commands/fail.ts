import { oneUnit } from "../names.js";
import type { Session } from "../session.js";

export async function fail(
  session: Session,
  names: readonly string[],
  { reason }: { readonly reason?: string },
): Promise<void> {
  await session.client.fail(oneUnit(names, "fail"), { reason });
  session.say("Success");
}
