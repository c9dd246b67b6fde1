import stringWidth from "string-width";
import { UsageError } from "../usage-error.js";
import { escapeControls } from "./escape.js";

/** A column, and what it says about a row. */
export interface Column<Row> {
  readonly title: string;
  readonly text: (row: Row) => string;
}

/** The lines of a table with a head; every column is as wide as its widest cell and ends with two spaces. */
export function table<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string[] {
  const cells = columns.map(({ title, text }) => [title, ...rows.map((row) => escapeControls(text(row)))]);
  const padded = cells.map((column) => {
    const width = Math.max(...column.map((cell) => stringWidth(cell)));
    return column.map((cell) => cell + " ".repeat(width - stringWidth(cell) + 2));
  });
  return ["", ...rows].map((_, row) => padded.map((column) => column[row]).join(""));
}

/**
 * The columns that were asked for, by title in any case, with commas between; all of them when none were.
 *
 * @throws {UsageError} for a title that there is not.
 */
export function pickColumns<Row>(
  columns: readonly Column<Row>[],
  asked: string | undefined,
): readonly Column<Row>[] {
  if (asked === undefined) {
    return columns;
  }
  return asked.split(",").map((name) => {
    const column = columns.find(({ title }) => title === name.trim().toUpperCase());
    if (column === undefined) {
      const titles = columns.map(({ title }) => title.toLowerCase());
      throw new UsageError(`there is no column "${name.trim()}"`, `--column "${titles.join(",")}"`);
    }
    return column;
  });
}
