import { mkdtempSync, rmSync } from "node:fs";
import { createConnection } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Client, createClient, ProtocolError } from "@sync/protocol/client";
import { type Agent, type AgentOptions, createAgent } from "../src/index.js";

/** A folder of its own, gone at the end. */
export function temporaryFolder() {
  const path = mkdtempSync(join(tmpdir(), "sync-"));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}

export interface TestAgent extends AsyncDisposable {
  readonly agent: Agent;
  readonly client: Client;
  readonly socketPath: string;
  /** Sends bytes as they are and returns all that comes back until the agent closes the connection. */
  raw(...chunks: (string | Buffer)[]): Promise<string>;
}

export async function startAgent(options: Partial<AgentOptions> = {}): Promise<TestAgent> {
  const folder = temporaryFolder();
  const socketPath = join(folder.path, "agent.sock");
  const agent = await createAgent({ socketPath, ...options });
  const client = createClient({ socketPaths: [socketPath] });
  return {
    agent,
    client,
    socketPath,
    raw: (...chunks) => exchange(socketPath, chunks),
    [Symbol.asyncDispose]: async () => {
      await client.close();
      await agent.close();
      folder[Symbol.dispose]();
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
