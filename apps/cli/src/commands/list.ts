import { pickColumns } from "../render/table.js";
import { unitColumns, unitListLines } from "../render/unit.js";
import type { Session } from "../session.js";

interface ListFlags {
  readonly output: string;
  readonly column?: string;
}

export async function list(session: Session, { output, column }: ListFlags): Promise<void> {
  const columns = pickColumns(unitColumns, column);
  const units = await session.client.list();
  if (output === "json") {
    session.printJson(units);
  } else {
    session.print(unitListLines(units, columns));
  }
}
