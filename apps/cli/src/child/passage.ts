import { once } from "node:events";
import type { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import type { Output } from "../output.js";

/** How long there must be nothing more to pass on before we take our leave of it, in milliseconds. */
const quietMs = 100;

/** How much is read ahead of a reader who lags behind, in bytes. */
const mostHeld = 1_048_576;

/** Passes on what a command prints: byte for byte, and not much faster than it is read. */
export class Passage {
  readonly #from: Readable;
  readonly #ended: Promise<unknown>;
  #chunks = 0;
  /** How many bytes are not written yet. */
  #held = 0;

  constructor(from: Readable, to: Output, onChunk: (chunk: Buffer) => void) {
    this.#from = from;
    this.#ended = once(from, "close").catch(() => {});
    from.on("data", (chunk: Buffer) => {
      this.#chunks += 1;
      onChunk(chunk);
      to.write(chunk);
      this.#held += chunk.length;
      if (this.#held >= mostHeld) from.pause();
      void to.written().then((isOpen) => {
        this.#held -= chunk.length;
        if (isOpen) from.resume();
        // So the command learns that nobody reads it.
        else from.destroy();
      });
    });
  }

  /**
   * Resolves, once the command has ended, when all that it had printed is passed on. What it has left
   * running may hold on to the other end for ever, so that is not waited for.
   */
  async drain(): Promise<void> {
    for (;;) {
      const before = this.#chunks;
      const isOver = await Promise.race([
        this.#ended.then(() => true),
        sleep(quietMs, false, { ref: false }),
      ]);
      if (isOver || (before === this.#chunks && this.#held === 0)) {
        this.#from.destroy();
        return;
      }
    }
  }
}
