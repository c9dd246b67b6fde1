import type { Server } from "node:http";
import type { Socket } from "node:net";
import type { Turns } from "./turns.js";

/** How often connections are looked at by which something is expected, at most, in ms. */
const lookEveryMs = 10_000;

interface Connection {
  /** When it was opened, or last answered, and how many bytes had come by then. */
  readonly freeSince: number;
  readonly bytes: number;
  /** Since when a request has been arriving, as far as is known. */
  arriving: number | undefined;
}

/** How long a connection may bring nothing, in ms. */
export function idleMs(withinMs: number): number {
  return 2 * withinMs;
}

/**
 * Sees to it that a request arrives in time; to one that does not, the server's "clientError" answers. A connection
 * that brings nothing for twice as long is closed. It is what Node does, which looks at all connections for as long as
 * it listens: here nothing runs while everybody waits for an answer, or nobody is there.
 *
 * A request behind one that is held has to arrive in time as well. Its body is not read before its turn, and Node
 * does not hear the end of a connection that it does not read.
 */
export function limitArrivals(server: Server, withinMs: number, turns: Turns): void {
  const connections = new Map<Socket, Connection>();
  let isToLook = false;

  const lookLater = () => {
    if (isToLook) return;
    isToLook = true;
    setTimeout(look, Math.min(withinMs, lookEveryMs)).unref();
  };

  const look = () => {
    isToLook = false;
    const now = performance.now();
    for (const [socket, connection] of connections) {
      const asked = turns.of(socket);
      if (asked.length > 0 && asked.every(({ complete }) => complete)) {
        connection.arriving = undefined;
        continue;
      }
      lookLater();
      if (asked.length > 0 || socket.bytesRead > connection.bytes) connection.arriving ??= now;
      const { arriving } = connection;
      if (arriving === undefined) {
        if (now - connection.freeSince >= idleMs(withinMs)) socket.destroy();
      } else if (now - arriving >= withinMs) server.emit("clientError", late(), socket);
    }
  };

  const free = (socket: Socket) => {
    connections.set(socket, {
      freeSince: performance.now(),
      bytes: socket.bytesRead,
      arriving: undefined,
    });
    lookLater();
  };

  server.on("connection", (socket: Socket) => {
    free(socket);
    socket.once("close", () => connections.delete(socket));
  });
  server.on("request", ({ socket }, response) => {
    const connection = connections.get(socket);
    // What is known of the arrival is of the one before.
    if (connection !== undefined && turns.of(socket).length > 0) connection.arriving = undefined;
    lookLater();
    response.once("close", () => connections.has(socket) && free(socket));
  });
}

/** As Node says it. */
function late(): Error {
  return Object.assign(new Error("Request timeout"), { code: "ERR_HTTP_REQUEST_TIMEOUT" });
}
