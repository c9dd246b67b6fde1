/** Time, passed in so that a test can hold it in its hand. */
export interface Clock {
  /** ms since the epoch. */
  now(): number;
  /** ms since any fixed moment; unlike {@link now} it never jumps. */
  monotonic(): number;
  /**
   * Calls `callback` once after `ms`, unless the returned function is called before; after 0 ms, as soon as
   * what else is due has had its turn.
   */
  after(ms: number, callback: () => void): () => void;
}
