import { connect, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

/** Where a server listens. */
export type Address = { readonly path: string } | { readonly port: number };

/** A connection that costs its own process as little as can be: it is the other side that is measured. */
export class BareConnection {
  readonly #socket: Socket;
  readonly #isWhole: (text: string) => boolean;
  #text = "";
  #answered: ((answer: string) => void) | undefined;

  private constructor(socket: Socket, isWhole: (text: string) => boolean) {
    this.#socket = socket;
    this.#isWhole = isWhole;
    socket.on("data", (chunk: Buffer) => this.#take(chunk.toString("latin1")));
  }

  /**
   * Opens one, and tries again while the server does not listen yet, or more wait than its queue holds.
   *
   * @param isWhole says whether this much is an answer.
   */
  static async open(address: Address, isWhole: (text: string) => boolean): Promise<BareConnection> {
    for (;;) {
      const socket = await tryToConnect(address);
      if (socket !== undefined) return new BareConnection(socket, isWhole);
      await sleep(5);
    }
  }

  /** Sends something, and calls back with the next answer. There is one question at a time. */
  ask(question: string, answered: (answer: string) => void): void {
    this.#answered = answered;
    this.#socket.write(question, "latin1");
  }

  /** The same as a promise. */
  question(question: string): Promise<string> {
    return new Promise((resolve) => this.ask(question, resolve));
  }

  close(): void {
    this.#socket.destroy();
  }

  #take(text: string): void {
    this.#text += text;
    if (!this.#isWhole(this.#text)) return;
    const answer = this.#text;
    this.#text = "";
    this.#answered?.(answer);
  }
}

function tryToConnect(address: Address): Promise<Socket | undefined> {
  return new Promise((resolve, reject) => {
    const socket = connect(address);
    socket.once("connect", () => resolve(socket));
    socket.once("error", (error) => (isToRetry(error) ? resolve(undefined) : reject(error)));
  });
}

function isToRetry(error: Error): boolean {
  return "code" in error && ["EAGAIN", "ECONNREFUSED", "ENOENT"].includes(String(error.code));
}
