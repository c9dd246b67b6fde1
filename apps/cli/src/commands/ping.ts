import { failureText } from "../render/journal.js";
import type { Session } from "../session.js";

export async function ping(session: Session, { output }: { readonly output: string }): Promise<void> {
  const document = await session.client.ping();
  if (output === "json") {
    session.printJson(document);
  } else {
    session.say("Success");
  }
  const failing = document.journal === null ? undefined : failureText(document.journal, session.now());
  if (failing !== undefined) {
    session.note([{ text: "warning:", color: "yellow" }, ` ${failing}`]);
  }
}
