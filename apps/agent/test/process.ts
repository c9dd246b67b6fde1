import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { statSync } from "node:fs";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { createClient } from "@sync/protocol/client";

/** Whether the built agent is the executable that needs no Node: `pnpm test:standalone`. */
export const isStandalone = process.env["SYNC_STANDALONE"] === "1";

/** The built agent for Node. */
export const bin = inPackage("bin/sync-agent.cjs");

/** What runs the built agent, and its first arguments. */
export const [program, ...script]: readonly [string, ...string[]] = isStandalone
  ? [inPackage(`npm/${process.platform}-${process.arch}/bin/sync-agent`)]
  : [process.execPath, bin];

/** The same for a shell. */
export const line = [program, ...script].map((word) => `'${word}'`).join(" ");

function inPackage(path: string): string {
  return fileURLToPath(new URL(`../${path}`, import.meta.url));
}

/** Starts the built agent, and waits until it says that it listens or has ended. */
export async function spawnAgent(flags: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const child = spawn(program, [...script, ...flags], {
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
