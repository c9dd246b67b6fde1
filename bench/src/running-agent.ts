import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { BareConnection } from "./bare-connection.js";
import { bodyOf, get, isWholeResponse } from "./http.js";
import { syncAgent } from "./programs.js";
import { temporarySocket } from "./temporary-socket.js";

/** An agent of the bench's own, as a user has it. */
export interface RunningAgent extends AsyncDisposable {
  readonly pid: number;
  readonly socketPath: string;
  /** An environment in which a `syncctl` finds it. */
  readonly env: NodeJS.ProcessEnv;
}

/** Starts one with its journal, unless the flags say otherwise. */
export async function startAgent(...flags: readonly string[]): Promise<RunningAgent> {
  const { socketPath, remove } = temporarySocket();
  const agent = spawn(process.execPath, [syncAgent, "--socket-path", socketPath, ...flags], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  const ended = once(agent, "exit");
  // Its first line says that it listens.
  const lines = createInterface({ input: agent.stderr });
  await Promise.race([once(lines, "line"), ended]);
  if (agent.exitCode !== null) {
    throw new Error(`the agent has ended with status ${agent.exitCode}`);
  }
  return {
    pid: agent.pid ?? 0,
    socketPath,
    env: { ...process.env, SYNC_SOCKET_PATH: socketPath },
    [Symbol.asyncDispose]: async () => {
      agent.kill();
      await ended;
      remove();
    },
  };
}

/** Starts one and ends it. Resolves with how long it took until its first answer, in ms. */
export async function untilAnswered(program: string, flags: readonly string[]): Promise<number> {
  const { socketPath, remove } = temporarySocket();
  const began = performance.now();
  const child = spawn(program, [...flags, "--socket-path", socketPath], { stdio: "ignore" });
  const connection = await BareConnection.open({ path: socketPath }, isWholeResponse);
  bodyOf(await connection.question(get("/v1/ping")));
  const tookMs = performance.now() - began;
  connection.close();
  const ended = once(child, "exit");
  child.kill();
  await ended;
  remove();
  return tookMs;
}
