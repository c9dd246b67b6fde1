/** What a lease needs of the stream that holds it. */
interface LeaseStream {
  readonly id: string;
  /** Settles when the stream ends, by either side. */
  readonly ended: Promise<unknown>;
  readonly end: () => void;
}

/**
 * Binds units to us for as long as it is open: a unit that was started with its `id`, and has not reported
 * when the lease ends, fails with the reason "owner lost". It ends with `close`, with this process, however
 * that ends, or with the agent.
 */
export class Lease implements AsyncDisposable {
  readonly id: string;
  readonly #stream: LeaseStream;
  readonly #lost = new AbortController();
  #closed = false;

  constructor(stream: LeaseStream) {
    this.id = stream.id;
    this.#stream = stream;
    void stream.ended.then((reason) => {
      if (!this.#closed) {
        this.#lost.abort(reason);
      }
    });
  }

  /** Aborts when the lease has ended and it was not us, with the `ProtocolError` that says why. */
  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#stream.end();
    await this.#stream.ended;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}
