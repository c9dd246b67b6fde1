import { oneUnit } from "../names.js";
import { pickColumns } from "../render/table.js";
import { dependencyColumns, unitLines } from "../render/unit.js";
import type { Session } from "../session.js";

interface StatusFlags {
  readonly output: string;
  readonly column?: string;
}

export async function status(
  session: Session,
  names: readonly string[],
  { output, column }: StatusFlags,
): Promise<void> {
  const unit = oneUnit(names, "status");
  const columns = pickColumns(dependencyColumns, column);
  const document = await session.client.status(unit);
  if (output === "json") {
    session.printJson(document);
  } else {
    session.print(unitLines(document, columns, session.now()));
  }
}
