import { ownProcess } from "./line-process.js";

/** How long the clients of one round work, in ms. */
export const roundMs = 1_000;

/** So many clients in a process of their own. `work` resolves with how many commands were answered in a second. */
export async function load(socketPath: string, clients: number) {
  const process = ownProcess("load", [socketPath, String(clients)]);
  return {
    work: async () => Number(await process.ask(String(roundMs))),
    [Symbol.asyncDispose]: () => process[Symbol.asyncDispose](),
  };
}
