import type { Probe } from "./probe.js";

/** Ready when it answers with a status below 400. Where such an answer leads is not looked at. */
export function httpProbe(url: URL): Probe {
  return async (signal) => {
    // Not `fetch`: Bun's asks a proxy of the environment instead, and Node's refuses ports, names and passwords.
    const { request } = await (url.protocol === "https:" ? import("node:https") : import("node:http"));
    return new Promise((resolve, reject) => {
      // An agent of the process might have a proxy as well.
      const asked = request(url, { agent: false, signal }, ({ statusCode }) => {
        asked.destroy();
        resolve(statusCode !== undefined && statusCode < 400);
      });
      asked.on("error", reject);
      // Also when what it answers is neither a response nor an error, as 101.
      asked.on("close", () => resolve(false));
      asked.end();
    });
  };
}
