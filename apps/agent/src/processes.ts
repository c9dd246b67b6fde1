import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { AgentError } from "./errors.js";

/** One process of this machine, and no other that gets its number later. */
export interface Process {
  readonly pid: number;
  readonly parent: number;
  /** Tells it from one that had, or will have, its number. */
  readonly started: string;
}

/**
 * The process with a number; `undefined` when there is none, or when it has ended and is only not buried yet.
 *
 * @throws {AgentError} `BUSY` when that cannot be told, as without a free file descriptor.
 */
export const findProcess: (pid: number) => Process | undefined =
  process.platform === "linux" ? fromProc : fromPs;

/** What a process says that it is, its arguments included; `undefined` when that cannot be known. */
export function commandOf(pid: number): string | undefined {
  try {
    const text = process.platform === "linux" ? read(`/proc/${pid}/cmdline`) : ps(pid, "command=");
    return text?.replaceAll("\0", " ").trim().slice(0, longestCommand) || undefined;
  } catch {
    return undefined;
  }
}

/** In characters: a command line can have megabytes. */
const longestCommand = 256;

/** The process itself, its parent, and so on up. */
export function* lineage(pid: number): Generator<Process, void, undefined> {
  for (let next = findProcess(pid), steps = 0; next !== undefined && steps < 64; steps += 1) {
    yield next;
    next = next.parent > 0 ? findProcess(next.parent) : undefined;
  }
}

/** proc(5): the name, which can hold anything, is in brackets; after it come state, parent, and as 20th the start. */
function fromProc(pid: number): Process | undefined {
  const text = read(`/proc/${pid}/stat`);
  if (text === undefined) return undefined;
  const [state = "", parent, ...fields] = text.slice(text.lastIndexOf(")") + 2).split(" ");
  const started = fields[17];
  return started === undefined || isDead(state) ? undefined : { pid, parent: Number(parent), started };
}

function fromPs(pid: number): Process | undefined {
  const [state, parent, ...started] = (ps(pid, "stat=,ppid=,lstart=") ?? "").trim().split(/\s+/);
  return !state || isDead(state) ? undefined : { pid, parent: Number(parent), started: started.join(" ") };
}

function isDead(state: string): boolean {
  return state.startsWith("Z") || state.startsWith("X");
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    return unlessUnknown(error, ["ENOENT", "ESRCH"]);
  }
}

function ps(pid: number, columns: string): string | undefined {
  try {
    return execFileSync("ps", ["-o", columns, "-p", String(pid)], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
      env: { ...process.env, LC_ALL: "C" },
    });
  } catch (error) {
    // It says so by its exit status that there is none; an error with a code is of the attempt to ask.
    return unlessUnknown(error, [undefined]);
  }
}

function unlessUnknown(error: unknown, codesOfNone: readonly unknown[]): undefined {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (codesOfNone.includes(code)) return undefined;
  throw new AgentError("BUSY", `cannot tell which processes live (${String(code)})`, { cause: error });
}
