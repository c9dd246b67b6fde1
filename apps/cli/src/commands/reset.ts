import { oneUnit } from "../names.js";
import type { Session } from "../session.js";

export async function reset(
  session: Session,
  names: readonly string[],
  { reason }: { readonly reason?: string },
): Promise<void> {
  await session.client.reset(oneUnit(names, "reset"), { reason });
  session.say("Success");
}
