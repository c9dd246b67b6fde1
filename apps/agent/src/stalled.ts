import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";

/**
 * Drops who has taken nothing for so long, in ms, of what is sent to them. Who is sent nothing may wait.
 */
export function dropStalled(server: Server, afterMs: number): void {
  const answers = new WeakMap<Socket, ServerResponse>();
  server.timeout = afterMs;
  server.on("request", ({ socket }: IncomingMessage, answer: ServerResponse) => {
    answers.set(socket, answer);
  });
  server.on("timeout", (socket: Socket) => {
    // Node holds what is still to be sent in the socket, and Bun in the answer.
    if (socket.writableLength > 0 || (answers.get(socket)?.writableLength ?? 0) > 0) socket.destroy();
  });
}
