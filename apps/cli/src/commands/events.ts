import { ProtocolError } from "@sync/protocol/client";
import type { Session } from "../session.js";

export async function events(session: Session, { after }: { readonly after?: number }): Promise<void> {
  const { client, readerGone, stdout } = session;
  try {
    for await (const event of client.events({ after, signal: readerGone })) {
      session.printJson(event, "compact");
      await stdout.written();
    }
  } catch (error) {
    if (readerGone.aborted) {
      return;
    }
    throw error;
  }
  throw new ProtocolError("AGENT_STOPPING", "the agent has stopped, and the events have ended with it");
}
