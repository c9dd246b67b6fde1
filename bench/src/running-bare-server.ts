import { ownProcess } from "./line-process.js";
import { temporarySocket } from "./temporary-socket.js";

/** A server of `node:http` that knows nothing of units, and answers as an agent does. */
export interface RunningBareServer extends AsyncDisposable {
  readonly pid: number;
  readonly socketPath: string;
}

export async function startBareServer(): Promise<RunningBareServer> {
  const { socketPath, remove } = temporarySocket();
  const server = ownProcess("bare-server", [socketPath]);
  await server.next();
  return {
    pid: server.pid,
    socketPath,
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]().finally(remove),
  };
}
