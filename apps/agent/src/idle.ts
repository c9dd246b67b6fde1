import type { Server } from "node:net";

/**
 * Resolves when nobody has been connected for so long, in ms. A timer runs only while nobody is, and it does
 * not keep the process alive.
 *
 * @param isBound says whether somebody who need not be connected still counts on the server. Asked when the
 * time is up; then it begins again.
 */
export function untilIdle(server: Server, afterMs: number, isBound: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    let connections = 0;
    let timer: NodeJS.Timeout | undefined;
    const begin = () => {
      timer = setTimeout(end, afterMs).unref();
    };
    const end = () => (isBound() ? begin() : resolve());
    server.on("connection", (connection) => {
      connections += 1;
      clearTimeout(timer);
      connection.once("close", () => {
        connections -= 1;
        if (connections === 0) begin();
      });
    });
    begin();
  });
}
