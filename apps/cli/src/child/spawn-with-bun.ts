import { Readable } from "node:stream";
import type { ReadableStream } from "node:stream/web";
import type { Spawned, SpawnOptions } from "./spawned.js";

/** What we use of the global that Bun has: https://bun.com/docs/runtime/child-process. */
interface Runtime {
  readonly spawn: (options: {
    readonly cmd: readonly string[];
    readonly argv0: string;
    readonly env: SpawnOptions["env"];
    readonly stdio: SpawnOptions["stdio"];
    readonly detached: boolean;
  }) => {
    readonly pid: number;
    readonly stdout: ReadableStream | null | undefined;
    readonly stderr: ReadableStream | null | undefined;
    readonly exited: Promise<number>;
  };
}

declare const Bun: Runtime | undefined;

/**
 * By Bun's own means, which tell which signal has ended a process, also when that is a real-time one. `undefined` on
 * Node.
 *
 * @throws the error of the system
 */
export const spawnWithBun =
  typeof Bun === "undefined" ? undefined : (options: SpawnOptions) => spawn(Bun, options);

function spawn(bun: Runtime, { file, name, args, ...options }: SpawnOptions): Spawned {
  const { pid, stdout, stderr, exited } = bun.spawn({ cmd: [file, ...args], argv0: name, ...options });
  return { pid, stdout: readable(stdout), stderr: readable(stderr), exited };
}

function readable(stream: ReadableStream | null | undefined): Readable | null {
  return stream == null ? null : Readable.fromWeb(stream);
}
