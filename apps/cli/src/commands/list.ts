import { pickColumns } from "../render/table.js";
import { unitColumns, unitListLines, wideUnitColumns } from "../render/unit.js";
import type { Session } from "../session.js";

export interface ListFlags {
  readonly output: string;
  readonly wide?: boolean;
  readonly column?: string;
}

export async function list(session: Session, { output, wide, column }: ListFlags): Promise<void> {
  const all = wideUnitColumns(session.now());
  const columns = wide || column !== undefined ? pickColumns(all, column) : unitColumns;
  const units = await session.client.list();
  if (output === "json") {
    session.printJson(units);
  } else {
    session.print(unitListLines(units, columns));
  }
}
