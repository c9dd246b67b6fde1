import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, constants, fstatSync, mkdirSync, openSync, readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { agentProgram } from "./agent-program.js";
import { givenDescriptors, stdioOf } from "./descriptors.js";
import { LaunchError } from "./launch-error.js";
import { Marker } from "./marker.js";
import { objectionTo } from "./place.js";

/** How long an agent that is started stays when nobody uses it. */
const idleExit = "10m";
const notYet = "none answers in time";
/** How often those who wait for it look, in milliseconds. */
const lookEveryMs = 25;

/** By these a service manager and its service speak, of which an agent that a script has started is none. */
const ofService: ReadonlySet<string> = new Set([
  "NOTIFY_SOCKET",
  "LISTEN_PID",
  "LISTEN_PIDFDID",
  "LISTEN_FDS",
  "LISTEN_FDNAMES",
  "WATCHDOG_PID",
  "WATCHDOG_USEC",
]);

/** What is known of where to start an agent, and what to start. */
export interface Launch {
  /** In the order in which they are tried; the only one when it was asked for. */
  readonly socketPaths: readonly string[];
  readonly program: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly uid: number;
}

/**
 * Starts an agent, unless somebody else is about to, and resolves with what `attempt` makes of it.
 *
 * @param attempt resolves with `undefined` while nobody answers.
 * @throws {LaunchError} with the end of the agent's log; and whatever `attempt` throws.
 */
export async function launchAgent<Answer>(
  launch: Launch,
  withinMs: number,
  attempt: () => Promise<Answer | undefined>,
): Promise<Answer> {
  const end = performance.now() + withinMs;
  let place: Place | undefined;
  let agent: StartedAgent | undefined;
  try {
    for (;;) {
      const answer = await attempt();
      if (answer !== undefined) {
        return answer;
      }
      if (agent?.hasEnded && !agent.wasLate) {
        throw agent.failure();
      }
      if (performance.now() > end) {
        throw agent?.failure() ?? new LaunchError(notYet, [], ["syncctl", "doctor"]);
      }
      if (agent?.hasEnded) {
        // Another one has the socket. Should that be leaving, the next attempt is ours again.
        place?.marker.remove();
        place = undefined;
        agent = undefined;
      }
      if (place === undefined) {
        place = findPlace(launch);
        // An agent may have come since the last look.
        if (place !== undefined) continue;
      } else {
        agent ??= start(place, launch);
      }
      await sleep(lookEveryMs);
    }
  } finally {
    place?.marker.remove();
  }
}

/** Where to start an agent, and nobody else does. */
interface Place {
  readonly socketPath: string;
  readonly marker: Marker;
}

interface StartedAgent {
  readonly hasEnded: boolean;
  /** It has ended because of another one. */
  readonly wasLate: boolean;
  failure(): LaunchError;
}

/** The first usable place; `undefined` when somebody is starting an agent there. */
function findPlace({ socketPaths, uid }: Launch): Place | undefined {
  const isAsked = socketPaths.length === 1;
  const objections: string[] = [];
  for (const path of socketPaths) {
    const socketPath = absolute(path);
    if (socketPath === undefined) {
      objections.push(`cannot use ${path}: the directory from which it leads is gone`);
      continue;
    }
    const directory = dirname(socketPath);
    try {
      const objection =
        (isAsked ? undefined : objectionTo(dirname(directory), uid)) ?? prepare(directory, uid);
      if (objection === undefined) {
        const marker = Marker.leave(`${socketPath}.starting`);
        return marker && { socketPath, marker };
      }
      objections.push(`cannot use ${directory}: ${objection}`);
    } catch (error) {
      objections.push(`cannot use ${directory}: ${messageOf(error)}`);
    }
  }
  throw new LaunchError("there is no place for its socket", objections, ["syncctl", "doctor"]);
}

/** `undefined` when it leads from a directory that has been removed. */
function absolute(path: string): string | undefined {
  try {
    return resolve(path);
  } catch {
    return undefined;
  }
}

function prepare(directory: string, uid: number): string | undefined {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  return objectionTo(directory, uid);
}

/** Starts it in a session of its own, with nothing of ours but the environment: it outlives us, and who started us. */
function start({ socketPath, marker }: Place, { program, env }: Launch): StartedAgent {
  const given = givenDescriptors();
  const file = agentProgram(program, env);
  const args = ["--socket-path", socketPath];
  if (file === undefined) {
    throw new LaunchError(
      "sync-agent is neither beside syncctl nor in PATH",
      [],
      ["npm", "install", "--global", "@sync/agent"],
    );
  }
  const log = openLog(logPath(socketPath));
  const spawnWith = (replaced: readonly number[]) =>
    spawn(file, [...args, "--idle-exit", idleExit], {
      cwd: "/",
      env: Object.fromEntries(Object.entries(env).filter(([name]) => !ofService.has(name))),
      detached: true,
      // A lock that the script holds by a descriptor would be held for as long as the agent lives.
      stdio: stdioOf<"ignore" | number>(["ignore", log.fd, log.fd], replaced, log.fd),
    });
  let agent: ChildProcess;
  try {
    agent = spawnWith(given);
  } catch {
    // A number that is as high as the limit cannot be named.
    agent = spawnWith([]);
  } finally {
    closeSync(log.fd);
  }
  agent.unref();
  if (agent.pid !== undefined) {
    marker.handOver(agent.pid);
  }
  let ending: string | undefined;
  agent.once("error", (error) => {
    ending = `it cannot be run: ${error.message}`;
  });
  agent.once("exit", (status, signal) => {
    ending = status === null ? `it was killed by ${signal}` : `it ended with status ${status}`;
  });
  return {
    get hasEnded() {
      return ending !== undefined;
    },
    get wasLate() {
      return log.added().includes("AGENT_ALREADY_RUNNING");
    },
    failure: () =>
      new LaunchError(
        ending ?? notYet,
        [...lastLines(log.added()).map((line) => `log: ${line}`), `its log is ${log.path}`],
        [file, ...args],
      ),
  };
}

/** Beside the socket: `agent.log` for `agent.sock`. */
export function logPath(socketPath: string): string {
  return `${socketPath.replace(/\.sock$/, "")}.log`;
}

/** Opens a log to append to, and tells what has been added since. A pipe would have us wait for a reader. */
function openLog(path: string) {
  try {
    const { O_WRONLY, O_APPEND, O_CREAT, O_NOFOLLOW, O_NONBLOCK, O_NOCTTY } = constants;
    const fd = openSync(path, O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY, 0o600);
    const stats = fstatSync(fd);
    if (!stats.isFile()) {
      closeSync(fd);
      throw new Error(`${path} is no file`);
    }
    return { path, fd, added: () => readFileSync(path).subarray(stats.size).toString() };
  } catch (error) {
    throw new LaunchError(`its log cannot be written: ${messageOf(error)}`, [], ["syncctl", "doctor"]);
  }
}

function lastLines(text: string): string[] {
  return text
    .trimEnd()
    .split("\n")
    .slice(-10)
    .filter((line) => line !== "");
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
