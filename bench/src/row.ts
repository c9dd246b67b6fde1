/** Something that is promised of speed or size, and what was measured of it. */
export interface Row {
  /** What was measured, as a reader of the table understands it. */
  readonly name: string;
  readonly figure: number;
  /** Of the figure. */
  readonly unit: string;
  /** The figure as a multiple of that of something else in the same run. */
  readonly ratio: number;
  /** What that is. */
  readonly against: string;
  /** What the ratio must be at most, or at least; neither where nothing is promised. */
  readonly target?: { readonly most: number } | { readonly least: number };
}

/** Several rows that are measured together. */
export interface Topic {
  readonly name: string;
  measure(): Promise<readonly Row[]>;
}

/** Says whether a row is as promised; `undefined` where nothing is. */
export function isMet({ ratio, target }: Row): boolean | undefined {
  if (target === undefined) return undefined;
  return "most" in target ? ratio <= target.most : ratio >= target.least;
}
