import { exitReason } from "../exit-reason.js";
import { oneUnit } from "../names.js";
import type { Session } from "../session.js";
import { UsageError } from "../usage-error.js";

const example = "trap 'syncctl finish app --status $?' EXIT";

export async function finish(
  { client, pid, say }: Session,
  names: readonly string[],
  flags: { readonly status?: string; readonly force?: boolean },
): Promise<void> {
  const unit = oneUnit(names, "finish");
  const status = parseStatus(flags.status);
  const { force } = flags;
  if (status === 0) {
    await client.complete(unit, { pid, force });
  } else {
    await client.fail(unit, { reason: exitReason(status), pid, force });
  }
  say("Success");
}

function parseStatus(text: string | undefined): number {
  if (text === undefined) {
    throw new UsageError("--status is required: the exit status of what ran", example);
  }
  const status = /^\d{1,3}$/.test(text) ? Number(text) : Number.NaN;
  if (!(status <= 255)) {
    throw new UsageError(`"${text}" is not an exit status: it must be from 0 to 255`, example);
  }
  return status;
}
