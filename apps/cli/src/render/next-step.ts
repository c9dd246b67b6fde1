import type { ErrorCode, WhyDocument } from "@sync/protocol";
import type { LookedAtPath } from "./problem.js";
import { shellLine } from "./shell.js";

/** What a command to type next must repeat of this one. */
interface Place {
  readonly socketPath: string | undefined;
}

/** What was being done when it failed. */
export interface Attempt extends Place {
  /** As it was typed, without the program's name. */
  readonly argv: readonly string[];
  readonly verb: string | undefined;
}

interface Failure {
  readonly code: ErrorCode;
  readonly unit: string | undefined;
  /** A declared name that looks like that of the unit, which is not. */
  readonly nearest: string | undefined;
  /** The first unit in the way. */
  readonly blocker: string | undefined;
  /** The first unit at the far end. */
  readonly rootCause: string | undefined;
  /** Where an agent was looked for, and at which of these something else is. */
  readonly tried: readonly LookedAtPath[];
}

/** The command to type next, with what it is good for. */
export function nextStep(failure: Failure, attempt: Attempt): string | undefined {
  const { unit = "", nearest, blocker, rootCause } = failure;
  const syncctl = (verb: string, name?: string) => commandLine(attempt, verb, name);
  switch (failure.code) {
    case "UNIT_NOT_FOUND":
      return nearest !== undefined && attempt.verb !== undefined && attempt.verb !== "finish"
        ? syncctl(attempt.verb, nearest)
        : `to see the names there are: ${syncctl("list")}`;
    case "SAME_STATUS_ALREADY_SET":
      return `to begin again: ${syncctl("reset", unit)}`;
    case "INVALID_TRANSITION":
      return attempt.verb === "fail"
        ? `to begin again: ${syncctl("reset", unit)}`
        : `to try again: ${syncctl("start", unit)}`;
    case "DEPENDENCIES_NOT_SATISFIED":
      return `to wait for them: ${syncctl("start", unit)}`;
    case "DEPENDENCY_FAILED":
      return rootCause === undefined ? undefined : againStep(rootCause, attempt);
    case "WAIT_TIMEOUT": {
      const waiting = failure.unit ?? blocker;
      return waiting === undefined ? syncctl("list") : `to see what it waits for: ${syncctl("why", waiting)}`;
    }
    case "LIMIT_REACHED":
      return `to see the units there are: ${syncctl("list")}`;
    case "CYCLE_DETECTED":
    case "FAILED_TO_ADD_DEPENDENCY":
      return `to see who depends on whom: ${syncctl("graph")}`;
    case "CONFLICTING_REQUIREMENT":
      return `to see what is declared: ${syncctl("status", unit)}`;
    case "AGENT_UNREACHABLE": {
      const [only, ...others] = failure.tried;
      const place = only === undefined || others.length > 0 ? [] : ["--socket-path", only.path];
      return failure.tried.every(({ obstacle }) => obstacle === undefined)
        ? `${shellLine(["sync-agent", ...place])} &`
        : shellLine(["syncctl", "doctor", ...place]);
    }
    case "AGENT_RESTARTED":
      return `to see what the agent knows now: ${syncctl("list")}`;
    case "BUSY":
    case "JOURNAL_UNAVAILABLE":
    case "AGENT_STOPPING":
    case "AGENT_UNRESPONSIVE":
      return `to try again: ${shellLine(["syncctl", ...attempt.argv])}`;
    case "UNIT_ID_REQUIRED":
    case "UNIT_ID_INVALID":
    case "INVALID_REQUEST":
    case "BODY_TOO_LARGE":
    case "HEADERS_TOO_LARGE":
      return attempt.verb === undefined ? "syncctl --help" : `syncctl ${attempt.verb} --help`;
    case "CANNOT_UPDATE_OTHER_UNIT":
      return attempt.verb === "run"
        ? `to see whose it is: ${syncctl("status", unit)}`
        : `to do it all the same: ${shellLine(["syncctl", ...forced(attempt)])}`;
    case "OWNER_LOST":
      return attempt.verb === "start" ? "name a process that lives, as in --owner $$" : undefined;
    case "UNIT_ALREADY_REGISTERED":
    case "ROUTE_NOT_FOUND":
    case "REQUEST_TIMEOUT":
    case "UNSUPPORTED_MEDIA_TYPE":
    case "INTERNAL":
    case "INVALID_REPLY":
      return undefined;
  }
}

/** The command to type next for a unit, or for what is the matter at the far end of what it waits for. */
export function whyStep(
  unit: WhyDocument,
  meant: ReadonlyMap<string, string>,
  place: Place,
): string | undefined {
  const { unit_name, status, root_causes } = unit;
  switch (status) {
    case "completed":
      return undefined;
    case "failed":
      return againStep(unit_name, place);
    case "started":
      return waitStep(unit_name, place);
    case "skipped":
    case "pending":
    case "not registered": {
      const nearest = meant.get(unit_name);
      if (nearest !== undefined) {
        return commandLine(place, "why", nearest);
      }
      const [rootCause] = root_causes;
      if (rootCause !== undefined) {
        return againStep(rootCause.unit_name, place);
      }
      const idle = idleUnit(unit);
      return idle === undefined
        ? waitStep(unit_name, place)
        : `somebody must start "${idle}": ${commandLine(place, "start", idle)}`;
    }
  }
}

/** What could begin at the far end if somebody started it, the unit itself perhaps. */
function idleUnit({ unit_name, starting, blockers }: WhyDocument): string | undefined {
  if (blockers.length === 0) {
    return starting === null ? unit_name : undefined;
  }
  const blocked = new Set(blockers.map(({ needed_by }) => needed_by));
  const ends = blockers.filter((blocker) => !blocked.has(blocker.unit_name));
  const idle =
    ends.find((end) => end.current_status === "not registered") ??
    ends.find((end) => end.current_status === "pending" && end.starting === null);
  return idle?.unit_name;
}

function waitStep(unit: string, place: Place): string {
  // A word after a colon would be taken for a requirement.
  const name = /:(started|completed|finished)$/.test(unit) ? `${unit}:completed` : unit;
  return `to wait for it: ${commandLine(place, "wait", name)}`;
}

/** The same command, with `--force` after the verb. */
function forced({ argv, verb = "" }: Attempt): string[] {
  const at = argv.indexOf(verb) + 1;
  return [...argv.slice(0, at), "--force", ...argv.slice(at)];
}

function againStep(unit: string, place: Place): string {
  return `run "${unit}" again, or to make it pending: ${commandLine(place, "reset", unit)}`;
}

function commandLine({ socketPath }: Place, verb: string, name: string | undefined): string {
  const place = socketPath === undefined ? [] : ["--socket-path", socketPath];
  const dashes = name?.startsWith("-") ? ["--"] : [];
  return shellLine(["syncctl", verb, ...place, ...dashes, ...(name === undefined ? [] : [name])]);
}
