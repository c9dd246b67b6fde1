import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ownProcess } from "./line-process.js";

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

/** A path in a directory of its own. */
export function temporarySocket() {
  const directory = mkdtempSync(join(tmpdir(), "sync-bench-"));
  return {
    socketPath: join(directory, "server.sock"),
    remove: () => rmSync(directory, { recursive: true, force: true }),
  };
}
