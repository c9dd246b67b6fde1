import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";

interface Turn {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly serve: () => void;
}

/**
 * Serves the requests of a connection one after another. HTTP answers them in their order, so nothing would be won
 * by serving them at once, and the answers that wait would be held: a thousand lists of everything, for one client.
 *
 * Whoever sends on beyond the most is cut off, and not only read no further: of a connection that is not read Node
 * does not hear that it has ended.
 */
export class Turns {
  readonly #most: number;
  readonly #turns = new WeakMap<Socket, Turn[]>();

  /** @param most how many requests of a connection may have come and not be answered yet. */
  constructor(most: number) {
    this.#most = most;
  }

  /** Serves a request when those before it are answered; not at all when its connection has ended by then. */
  take(request: IncomingMessage, response: ServerResponse, serve: () => void): void {
    const { socket } = request;
    const turns = this.#turns.get(socket) ?? [];
    this.#turns.set(socket, turns);
    turns.push({ request, response, serve });
    // Everybody else has a turn between two of one client, also where the next is only read when this is answered.
    response.once("close", () => setImmediate(() => serveNext(socket, turns)));
    if (turns.length === 1) serve();
    if (turns.length > this.#most) socket.destroy();
  }

  /** The requests of a connection that are not answered yet, in their order. */
  of(socket: Socket): IncomingMessage[] {
    return (this.#turns.get(socket) ?? []).map(({ request }) => request);
  }

  /** How many bytes of an answer are still to be sent. Node holds them in the socket as well, and Bun does not. */
  unsent(socket: Socket): number {
    return this.#turns.get(socket)?.[0]?.response.writableLength ?? 0;
  }
}

function serveNext(socket: Socket, turns: Turn[]): void {
  turns.shift();
  if (socket.writable) turns[0]?.serve();
}
