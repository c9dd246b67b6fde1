import { expect, test } from "vitest";
import { type Column, pickColumns, table } from "../../src/render/table.js";
import { paint } from "../../src/render/text.js";

const columns: readonly Column<{ readonly name: string; readonly age: number }>[] = [
  { title: "NAME", text: (row) => row.name },
  { title: "AGE", text: (row) => String(row.age) },
];

const plainTable = (rows: Parameters<typeof table<{ name: string; age: number }>>[1]) =>
  table(columns, rows).map((line) => paint(line, false));

test("makes each column as wide as its widest cell, and ends it with two spaces", () => {
  expect(plainTable([{ name: "database", age: 7 }])).toEqual(["NAME      AGE  ", "database  7    "]);
});

test("measures what a terminal shows", () => {
  const rows = [
    { name: "👨‍👩‍👧", age: 1 },
    { name: "日本", age: 2 },
    { name: "\u001b", age: 3 },
  ];
  expect(plainTable(rows)).toEqual(["NAME  AGE  ", "👨‍👩‍👧    1    ", "日本  2    ", "\\x1b  3    "]);
});

test("picks columns by title in any case, in the order asked for", () => {
  const picked = pickColumns(columns, "Age, name");
  expect(picked.map(({ title }) => title)).toEqual(["AGE", "NAME"]);
  expect(pickColumns(columns, undefined)).toBe(columns);
});

test("refuses a column that there is not, and names those there are", () => {
  expect(() => pickColumns(columns, "name,size")).toThrow(
    expect.objectContaining({ message: 'there is no column "size"', example: '--column "name,age"' }),
  );
});
