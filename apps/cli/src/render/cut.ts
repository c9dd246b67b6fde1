/** The beginning of a list, and how much of it is left out. */
export function cut<Item>(items: readonly Item[], most: number): { shown: readonly Item[]; left: number } {
  return items.length <= most
    ? { shown: items, left: 0 }
    : { shown: items.slice(0, most), left: items.length - most };
}

/** A text that is no longer than `most` characters. */
export function shorten(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
}
