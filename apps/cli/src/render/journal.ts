import type { JournalDocument } from "@sync/protocol";
import { age } from "./age.js";

/** What an agent cannot do while its journal fails, why, and since when; `undefined` when all is well. */
export function failureText(
  { failure, failing_since }: Pick<JournalDocument, "failure" | "failing_since">,
  now: number,
): string | undefined {
  if (failure === null) {
    return undefined;
  }
  const since = failing_since === null ? "" : ` for ${age(failing_since, now)}`;
  return `every command has been refused${since}: ${failure}`;
}
