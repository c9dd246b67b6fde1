import type { Probe } from "./probe.js";

/** Ready when it answers with a status below 400. */
export function httpProbe(url: URL): Probe {
  return async (signal) => {
    const response = await fetch(url, { signal, redirect: "manual" });
    await response.body?.cancel();
    return response.status < 400;
  };
}
