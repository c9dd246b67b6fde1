import type { Session } from "../session.js";

export async function ping(session: Session, { output }: { readonly output: string }): Promise<void> {
  const document = await session.client.ping();
  if (output === "json") {
    session.printJson(document);
  } else {
    session.say("Success");
  }
}
