import { mkdtempSync, rmSync } from "node:fs";
import { createConnection } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Client, createClient, ProtocolError } from "@sync/protocol/client";
import { type AgentOptions, createAgent } from "../src/index.js";
import { limitMeanings, limitNames } from "../src/limits.js";
import { ended, isStandalone, spawnAgent } from "./process.js";

/** A folder of its own, gone at the end. */
export function temporaryFolder() {
  const path = mkdtempSync(join(tmpdir(), "sync-"));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}

export interface TestAgent extends AsyncDisposable {
  /** The process it is in. */
  readonly pid: number;
  readonly client: Client;
  readonly socketPath: string;
  /** Sends bytes as they are and returns all that comes back until the agent closes the connection. */
  raw(...chunks: (string | Buffer)[]): Promise<string>;
  close(): Promise<void>;
}

export async function startAgent(options: Partial<AgentOptions> = {}): Promise<TestAgent> {
  const folder = temporaryFolder();
  const socketPath = join(folder.path, "agent.sock");
  const { pid, close } = await run({ socketPath, ...options });
  const client = createClient({ socketPaths: [socketPath] });
  return {
    pid,
    client,
    socketPath,
    raw: (...chunks) => exchange(socketPath, chunks),
    close,
    [Symbol.asyncDispose]: async () => {
      await client.close();
      await close();
      folder[Symbol.dispose]();
    },
  };
}

/** In this process, where it can have parts of a test, or as the executable in one of its own. */
async function run({ socketPath, limits = {}, ...parts }: AgentOptions) {
  if (!isStandalone || Object.keys(parts).length > 0) {
    const agent = await createAgent({ socketPath, limits, ...parts });
    return { pid: process.pid, close: () => agent.close() };
  }
  const most = limitNames.flatMap((name) => {
    const unit = limitMeanings[name].unit === "ms" ? "ms" : "";
    return limits[name] === undefined ? [] : ["--limit", `${name}=${limits[name]}${unit}`];
  });
  const { child } = await spawnAgent(["--socket-path", socketPath, "--journal", "none", ...most]);
  return {
    pid: child.pid ?? Number.NaN,
    close: async () => {
      child.kill();
      await ended(child);
    },
  };
}

/** Sends bytes as they are and returns all that comes back until the other end closes the connection. */
export function exchange(path: string, chunks: readonly (string | Buffer)[]): Promise<string> {
  return new Promise((resolve) => {
    const connection = createConnection(path);
    let answer = "";
    connection.on("data", (data) => {
      answer += data.toString();
    });
    connection.on("error", () => undefined);
    connection.on("close", () => resolve(answer));
    for (const chunk of chunks) connection.write(chunk);
  });
}

/** Resolves when the agent holds this many waits: asked, not slept. */
export async function untilWaiting(client: Client, count: number): Promise<void> {
  for (;;) {
    const { waiters } = await client.ping();
    if (waiters === count) return;
  }
}

/** Makes a call that is held, and resolves with the code of what ends it or of why its connection was lost. */
export async function endOf(
  call: (options: { signal: AbortSignal; onDetached: (error: ProtocolError) => void }) => Promise<unknown>,
): Promise<string> {
  const controller = new AbortController();
  try {
    await call({ signal: controller.signal, onDetached: (error) => controller.abort(error) });
  } catch (error) {
    if (error instanceof ProtocolError) return error.code;
    throw error;
  }
  return "accepted";
}
