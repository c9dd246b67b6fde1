import stringWidth from "fast-string-width";
import { UsageError } from "../usage-error.js";
import { type Color, paint, type Text } from "./text.js";

/** A column, and what it says about a row. */
export interface Column<Row> {
  readonly title: string;
  readonly text: (row: Row) => string;
  readonly color?: (row: Row) => Color;
}

/** The lines of a table with a head; every column is as wide as its widest cell and ends with two spaces. */
export function table<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): Text[] {
  const padded = columns.map((column) => {
    const cells = [column.title, ...rows.map((row) => cellText(column, row))];
    const widths = cells.map((cell) => stringWidth(paint(cell, false)));
    const width = Math.max(...widths);
    return cells.map((cell, index): Text => [cell, " ".repeat(width - (widths[index] ?? 0) + 2)]);
  });
  return ["", ...rows].map((_, row) => padded.map((column) => column[row] ?? ""));
}

function cellText<Row>({ text, color }: Column<Row>, row: Row): Text {
  return color === undefined ? text(row) : { text: text(row), color: color(row) };
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
