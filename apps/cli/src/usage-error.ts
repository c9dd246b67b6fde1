/** The command was typed in a way that cannot be meant; found before any I/O. */
export class UsageError extends Error {
  override readonly name = "UsageError";
  /** A command line that would do. */
  readonly example: string | undefined;

  constructor(message: string, example?: string) {
    super(message);
    this.example = example;
  }
}
