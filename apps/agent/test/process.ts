import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { statSync } from "node:fs";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { createClient } from "@sync/protocol/client";

/** The built agent. */
export const bin = fileURLToPath(new URL("../bin/sync-agent.cjs", import.meta.url));

/** Starts the built agent, and waits until it says that it listens or has ended. */
export async function spawnAgent(flags: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const child = spawn(process.execPath, [bin, ...flags], {
    stdio: ["ignore", "ignore", "pipe"],
    env: { ...process.env, ...env },
  });
  let log = "";
  for await (const line of createInterface({ input: child.stderr })) {
    log += `${line}\n`;
    if (line.includes('"listening"')) break;
  }
  return { child, log, ended: ended(child) };
}

/** With which status, or by which signal, a process has ended. */
export function ended(child: ChildProcess): Promise<number | string | null> {
  if (child.exitCode !== null || child.signalCode !== null) {
    return Promise.resolve(child.exitCode ?? child.signalCode);
  }
  return once(child, "exit").then(([code, signal]: (number | string | null)[]) => code ?? signal ?? null);
}

/** Resolves when an agent answers there, whatever becomes of its log, with its process. */
export async function untilAnswers(socketPath: string): Promise<number> {
  const client = createClient({ socketPaths: [socketPath] });
  try {
    for (;;) {
      const ping = await client.ping().catch(() => undefined);
      if (ping !== undefined) return ping.pid;
    }
  } finally {
    await client.close();
  }
}

/** The permissions of a file, as octal digits. */
export function modeOf(path: string): string {
  return (statSync(path).mode & 0o7777).toString(8);
}
