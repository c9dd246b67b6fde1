import { StringDecoder } from "node:string_decoder";

/** What is looked at of a line that does not end, in characters. */
const longest = 65_536;

/** Looks for a line that matches, in bytes as they come. */
export class LineWatcher {
  readonly #pattern: RegExp;
  readonly #onMatch: () => void;
  readonly #decoder = new StringDecoder("utf8");
  #begun = "";
  #isFound = false;

  /** @param onMatch is called once. */
  constructor(pattern: RegExp, onMatch: () => void) {
    this.#pattern = pattern;
    this.#onMatch = onMatch;
  }

  write(chunk: Buffer): void {
    if (this.#isFound) {
      return;
    }
    const lines = (this.#begun + this.#decoder.write(chunk)).split("\n");
    this.#begun = (lines.pop() ?? "").slice(0, longest);
    this.#look(lines);
  }

  /** Nothing more comes: what there is of a line is the last one. */
  end(): void {
    if (!this.#isFound) {
      this.#look([this.#begun + this.#decoder.end()]);
    }
  }

  #look(lines: readonly string[]): void {
    if (lines.some((line) => this.#pattern.test(line.replace(/\r$/, "")))) {
      this.#isFound = true;
      this.#onMatch();
    }
  }
}
