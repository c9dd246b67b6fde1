import { lstatSync, readdirSync, readlinkSync, type Stats } from "node:fs";
import { connect } from "node:net";
import { dirname } from "node:path";
import { maxSocketPathBytes } from "@sync/protocol";
import { isStale } from "../marker.js";
import { kindOf } from "../obstacle.js";
import { objectionTo } from "../place.js";
import { shellLine } from "../render/shell.js";
import { type Finding, ok, problem, warning } from "./finding.js";

/** What is at the places where an agent can be, and at which of them somebody listens. */
export async function lookAtSockets(paths: readonly string[], uid: number) {
  const findings: Finding[] = [];
  const listening: string[] = [];
  for (const path of paths) {
    const bytes = Buffer.byteLength(path);
    const most = maxSocketPathBytes(process.platform);
    if (bytes > most) {
      const text = `${path}: the path has ${bytes} bytes, and ${most} is the most`;
      findings.push(problem("socket", text, "choose a shorter one"));
      continue;
    }
    const reason = await lookAt(path);
    if (reason === "listens") listening.push(path);
    findings.push(describe(path, reason, uid), ...lookAround(path, reason, uid));
  }
  if (listening.length > 1) {
    const text = `${listening.length} agents listen, and who finds which depends on the environment`;
    findings.push(warning("socket", text, `end all but one, or set SYNC_SOCKET_PATH everywhere`));
  }
  return { findings, listening };
}

/** `listens`, or the code of the error that a connection meets. */
function lookAt(path: string): Promise<string> {
  return new Promise((resolve) => {
    const connection = connect({ path });
    connection.once("connect", () => {
      connection.destroy();
      resolve("listens");
    });
    connection.once("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
  });
}

function describe(path: string, reason: string, uid: number): Finding {
  const stats = statsOf(path);
  const kind = stats && kindOf(stats);
  if (kind !== undefined) {
    return problem(
      "socket",
      `${path}: this is ${kind}, and no socket`,
      `move it away: ${shellLine(["mv", path, `${path}.old`])}`,
    );
  }
  const owner = stats === undefined || stats.uid === uid ? "" : ` of user ${stats.uid}`;
  const access = stats === undefined ? "" : accessText(stats);
  switch (reason) {
    case "listens":
      return ok("socket", `${path}: an agent${owner} listens${access}`);
    case "ENOENT":
    case "ENOTDIR": {
      const holder = holderOf(`${path}.lock`);
      return holder === undefined
        ? ok("socket", `${path}: nothing there`)
        : problem(
            "socket",
            `${path}: nothing there, but process ${holder} holds the lock: it is starting, or its socket was removed`,
            `if it stays so, end it and start another: kill ${holder}`,
          );
    }
    case "ECONNREFUSED":
      return warning(
        "socket",
        `${path}: left by an agent that was killed; nobody listens`,
        "start an agent: it replaces it",
      );
    case "EACCES":
    case "EPERM":
      return problem(
        "socket",
        `${path}: permission denied${access}`,
        "use it as who may, or choose another path",
      );
    default:
      return problem("socket", `${path}: ${reason}`, "choose another path");
  }
}

/** Who may use it. */
function accessText({ mode, gid }: Stats): string {
  const group = (mode & 0o020) === 0 ? "" : `, for group ${gid}`;
  return ` (mode ${octal(mode & 0o777)}${group})`;
}

/** As people write it: `0600`. */
function octal(mode: number): string {
  return mode.toString(8).padStart(4, "0");
}

/** Who else could come at it, and what has been left beside it. */
function lookAround(path: string, reason: string, uid: number): Finding[] {
  const findings: Finding[] = [];
  const directory = dirname(path);
  const socket = statsOf(path);
  // Nobody but the agent's user and root is to come at it, whoever asks.
  const objection = statsOf(directory) === undefined ? undefined : objectionTo(directory, socket?.uid ?? uid);
  if (objection !== undefined) {
    const advice = objection.startsWith("others")
      ? shellLine(["chmod", "go-w", directory])
      : "choose another path, or another user";
    findings.push(problem("socket", `${directory}: ${objection}`, advice));
  }
  const mode = socket?.mode ?? 0;
  if (reason === "listens" && (mode & 0o002) !== 0) {
    const text = `${path}: everybody on this machine may use it (mode ${octal(mode & 0o777)})`;
    findings.push(warning("socket", text, shellLine(["chmod", "600", path])));
  }
  const marker = `${path}.starting`;
  if (reason !== "listens" && isStale(marker)) {
    const text = `${marker}: left by who was starting an agent and was killed`;
    findings.push(warning("socket", text, "the next --autostart replaces it"));
  }
  return findings;
}

function statsOf(path: string): Stats | undefined {
  try {
    return lstatSync(path);
  } catch {
    return undefined;
  }
}

/** A process of ours that has a file open; `undefined` where that cannot be known. */
function holderOf(file: string): number | undefined {
  const pids = listOf("/proc").filter((name) => /^\d+$/.test(name));
  const holder = pids.find((pid) =>
    listOf(`/proc/${pid}/fd`).some((fd) => linkOf(`/proc/${pid}/fd/${fd}`) === file),
  );
  return holder === undefined ? undefined : Number(holder);
}

function listOf(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}

function linkOf(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}
