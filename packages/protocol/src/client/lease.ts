import { hold } from "./held-call.js";
import { ProtocolError } from "./protocol-error.js";

/** The connection that holds a lease. */
export interface LeaseStream {
  readonly id: string;
  /** Settles with the reason when the stream ends, by either side. */
  readonly ended: Promise<unknown>;
  readonly end: () => void;
}

type OnDetached = (error: ProtocolError) => void;

/** Opens the connection; with an id, to take up that lease again. */
export type OpenLease = (id: string | undefined) => Promise<LeaseStream>;

/**
 * Binds units to us for as long as it is open: a unit that was started with its `id`, and has not reported
 * when the lease ends, fails with the reason "owner lost". It ends with `close`, and with this process, however
 * that ends. When the agent goes away it is looked for until it is back; it is lost when that, or another, does
 * not know it any more.
 */
export class Lease implements AsyncDisposable {
  readonly id: string;
  readonly #open: OpenLease;
  readonly #onDetached: OnDetached;
  readonly #closing = new AbortController();
  readonly #lost = new AbortController();
  #stream: LeaseStream;

  private constructor(open: OpenLease, stream: LeaseStream, onDetached: OnDetached) {
    this.id = stream.id;
    this.#open = open;
    this.#onDetached = onDetached;
    this.#stream = stream;
    void this.#keep();
  }

  static async open(open: OpenLease, onDetached: OnDetached = () => {}): Promise<Lease> {
    return new Lease(open, await open(undefined), onDetached);
  }

  /** Aborts when the lease has ended and it was not us, with the `ProtocolError` that says why. */
  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  async close(): Promise<void> {
    this.#closing.abort();
    this.#stream.end();
    await this.#stream.ended;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #keep(): Promise<void> {
    const { signal } = this.#closing;
    try {
      for (;;) {
        const reason = await this.#stream.ended;
        if (signal.aborted) {
          return;
        }
        if (!(reason instanceof ProtocolError)) {
          throw reason;
        }
        this.#onDetached(reason);
        this.#stream = await hold({ signal }, () => this.#open(this.id), true);
        if (signal.aborted) {
          this.#stream.end();
        }
      }
    } catch (error) {
      if (!signal.aborted) {
        this.#lost.abort(error);
      }
    }
  }
}
