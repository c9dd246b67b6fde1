import type { Server } from "node:http";
import type { Socket } from "node:net";
import type { Turns } from "./turns.js";

/** How often connections are looked at by which a request may be arriving, at most, in ms. */
const lookEveryMs = 10_000;

interface Arrival {
  /** How many bytes had come when the connection was last answered. */
  bytes: number;
  /** Since when more have come, as far as is known; of a new connection, since when it is there. */
  since: number | undefined;
}

/**
 * Sees to it that a request arrives in time; to one that does not, the server's "clientError" answers. It is what Node
 * does, which looks at all connections for as long as it listens: here nothing runs while everybody waits for an
 * answer, or nobody is there.
 */
export class Arrivals {
  readonly #server: Server;
  readonly #turns: Turns;
  readonly #withinMs: number;
  readonly #arrivals = new Map<Socket, Arrival>();
  #timer: NodeJS.Timeout | undefined;

  constructor(server: Server, turns: Turns, withinMs: number) {
    this.#server = server;
    this.#turns = turns;
    this.#withinMs = withinMs;
    server.on("connection", (socket: Socket) => {
      this.#expect(socket, performance.now());
      socket.once("close", () => this.#arrivals.delete(socket));
    });
    server.on("request", ({ socket }, response) => {
      response.once("close", () => this.#arrivals.has(socket) && this.#expect(socket, undefined));
    });
  }

  #expect(socket: Socket, since: number | undefined): void {
    this.#arrivals.set(socket, { bytes: socket.bytesRead, since });
    this.#timer ??= this.#lookLater();
  }

  #lookLater(): NodeJS.Timeout {
    return setTimeout(() => this.#look(), Math.min(this.#withinMs, lookEveryMs)).unref();
  }

  #look(): void {
    const now = performance.now();
    let isAnyExpected = false;
    for (const [socket, arrival] of this.#arrivals) {
      if (this.#turns.isAwaited(socket)) continue;
      isAnyExpected = true;
      if (socket.bytesRead > arrival.bytes) arrival.since ??= now;
      if (now - (arrival.since ?? now) >= this.#withinMs) this.#server.emit("clientError", late(), socket);
    }
    this.#timer = isAnyExpected ? this.#lookLater() : undefined;
  }
}

/** As Node says it. */
function late(): Error {
  return Object.assign(new Error("Request timeout"), { code: "ERR_HTTP_REQUEST_TIMEOUT" });
}
