import { spawn } from "node:child_process";
import { once } from "node:events";
import { signalStatus } from "../exit-reason.js";
import type { Spawned, SpawnOptions } from "./spawned.js";

/**
 * Node has no name for a real-time signal, and tells of a process that one has ended that it has exited with 0.
 *
 * @throws the error of the system
 */
export async function spawnWithNode({ file, name, args, stdio, ...options }: SpawnOptions): Promise<Spawned> {
  const child = spawn(file, args, { ...options, argv0: name, stdio: [...stdio] });
  const { pid, stdout, stderr } = child;
  if (pid === undefined) {
    throw (await once(child, "error"))[0];
  }
  const exited = new Promise<number>((resolve) => {
    child.once("exit", (code, signal) => resolve(signal === null ? (code ?? 0) : signalStatus(signal)));
  });
  return { pid, stdout, stderr, exited };
}
