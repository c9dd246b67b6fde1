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
export function limitArrivals(server: Server, withinMs: number, turns: Turns): void {
  const arrivals = new Map<Socket, Arrival>();
  let isToLook = false;

  const lookLater = () => {
    if (isToLook) return;
    isToLook = true;
    setTimeout(look, Math.min(withinMs, lookEveryMs)).unref();
  };

  const look = () => {
    isToLook = false;
    const now = performance.now();
    for (const [socket, arrival] of arrivals) {
      if (turns.isAwaited(socket)) continue;
      lookLater();
      if (socket.bytesRead > arrival.bytes) arrival.since ??= now;
      if (now - (arrival.since ?? now) >= withinMs) server.emit("clientError", late(), socket);
    }
  };

  const expect = (socket: Socket, since: number | undefined) => {
    arrivals.set(socket, { bytes: socket.bytesRead, since });
    lookLater();
  };

  server.on("connection", (socket: Socket) => {
    expect(socket, performance.now());
    socket.once("close", () => arrivals.delete(socket));
  });
  server.on("request", ({ socket }, response) => {
    response.once("close", () => arrivals.has(socket) && expect(socket, undefined));
  });
}

/** As Node says it. */
function late(): Error {
  return Object.assign(new Error("Request timeout"), { code: "ERR_HTTP_REQUEST_TIMEOUT" });
}
