import { oneUnit } from "../names.js";
import type { Session } from "../session.js";

export async function complete(session: Session, names: readonly string[]): Promise<void> {
  await session.client.complete(oneUnit(names, "complete"));
  session.say("Success");
}
