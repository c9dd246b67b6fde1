import { treeOfUnit, undeclaredNames } from "../blockers.js";
import { oneUnit } from "../names.js";
import { whyStep } from "../render/next-step.js";
import { whyLines } from "../render/why.js";
import type { Session } from "../session.js";
import { suggestNames } from "../suggestion.js";

export async function why(
  session: Session,
  names: readonly string[],
  { output }: { readonly output: string },
): Promise<void> {
  const unit = oneUnit(names, "why");
  const { client, now, socketPath } = session;
  const document = await client.why(unit);
  if (output === "json") {
    session.printJson(document);
    return;
  }
  const tree = treeOfUnit(document);
  const unknown = document.status === "not registered" ? [unit] : undeclaredNames(tree);
  const meant = await suggestNames(client, unknown);
  const next = whyStep(document, meant, { socketPath });
  session.print([
    ...whyLines(document, tree, { now: now(), meant }),
    ...(next === undefined ? [] : [`next: ${next}`]),
  ]);
}
