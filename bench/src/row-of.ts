/** The row of a key in a table of two keys; made when there is none. */
export function rowOf<Value>(rows: Map<string, Map<string, Value>>, key: string): Map<string, Value> {
  let row = rows.get(key);
  if (row === undefined) {
    row = new Map();
    rows.set(key, row);
  }
  return row;
}
