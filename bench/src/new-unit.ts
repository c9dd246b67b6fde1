let count = 0;

/** The name of a unit that there is not yet. */
export function newUnit(): string {
  count += 1;
  return `unit-${count}`;
}
