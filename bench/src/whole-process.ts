import { spawnSync } from "node:child_process";

interface ProcessOptions {
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
}

/**
 * Runs a process as a script does, with a pipe for what it prints, and returns how long it took in milliseconds.
 *
 * @throws when it does not end well.
 */
export function timeProcess(file: string, args: readonly string[], options: ProcessOptions = {}): number {
  const start = performance.now();
  const { status, stderr, error } = spawnSync(file, args, {
    ...options,
    stdio: ["ignore", "pipe", "pipe"],
    encoding: "utf8",
  });
  const tookMs = performance.now() - start;
  if (status !== 0) {
    throw error ?? new Error(`${file} ${args.join(" ")} has ended with ${status}: ${stderr}`);
  }
  return tookMs;
}
