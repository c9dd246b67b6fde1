/** No agent could be started. */
export class LaunchError extends Error {
  override readonly name = "LaunchError";
  readonly details: readonly string[];
  /** The words of a command to type. */
  readonly next: readonly string[];

  constructor(message: string, details: readonly string[], next: readonly string[]) {
    super(message);
    this.details = details;
    this.next = next;
  }
}
