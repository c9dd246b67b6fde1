import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";

/** How many requests of a connection may have come behind the one that is served; then no more of it is read. */
const mostBehind = 16;

interface Turn {
  readonly request: IncomingMessage;
  readonly serve: () => void;
}

/**
 * Serves the requests of a connection one after another. HTTP answers them in their order, so nothing would be won
 * by serving them at once, and the answers that wait would be held: a thousand lists of everything, for one client.
 */
export class Turns {
  readonly #turns = new WeakMap<Socket, Turn[]>();

  /** Serves a request when those before it are answered; not at all when its connection has ended by then. */
  take(request: IncomingMessage, response: ServerResponse, serve: () => void): void {
    const { socket } = request;
    const turns = this.#turns.get(socket) ?? [];
    this.#turns.set(socket, turns);
    turns.push({ request, serve });
    response.once("close", () => {
      turns.shift();
      if (!socket.writable) return;
      if (turns.length === mostBehind) socket.resume();
      turns[0]?.serve();
    });
    if (turns.length === 1) serve();
    if (turns.length > mostBehind) socket.pause();
  }

  /** Says whether a request that has come whole is not answered yet. */
  isAwaited(socket: Socket): boolean {
    return this.#turns.get(socket)?.some(({ request }) => request.complete) === true;
  }
}
