import { once } from "node:events";
import { connect } from "node:net";
import type { Probe } from "./probe.js";

/** Ready when something accepts a connection. */
export function tcpProbe(host: string, port: number): Probe {
  return async (signal) => {
    const socket = connect({ host, port });
    // Also when nobody waits for it any longer.
    socket.on("error", () => {});
    try {
      await once(socket, "connect", { signal });
      return true;
    } finally {
      socket.destroy();
    }
  };
}
