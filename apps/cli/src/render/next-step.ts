import type { ErrorCode } from "@sync/protocol";
import { shellLine } from "./shell.js";

/** A known name that looks like an unknown one. */
export interface Suggestion {
  readonly unknown: string;
  readonly nearest: string;
}

/** What was being done when it failed. */
export interface Attempt {
  /** As it was typed, without the program's name. */
  readonly argv: readonly string[];
  readonly verb: string | undefined;
  readonly socketPath: string | undefined;
}

interface Failure {
  readonly code: ErrorCode;
  readonly unit: string | undefined;
  /** The first unit in the way. */
  readonly blocker: string | undefined;
  /** The first unit at the far end. */
  readonly rootCause: string | undefined;
  readonly triedPaths: readonly string[];
  readonly suggestion: Suggestion | undefined;
}

/** The command to type next, with what it is good for. */
export function nextStep(failure: Failure, attempt: Attempt): string | undefined {
  const { unit = "", blocker, rootCause } = failure;
  const syncctl = (verb: string, name?: string) => commandLine(attempt, verb, name);
  switch (failure.code) {
    case "UNIT_NOT_FOUND":
      return failure.suggestion !== undefined && attempt.verb !== undefined && attempt.verb !== "finish"
        ? syncctl(attempt.verb, failure.suggestion.nearest)
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
      return rootCause === undefined
        ? undefined
        : `run "${rootCause}" again, or to make it pending: ${syncctl("reset", rootCause)}`;
    case "WAIT_TIMEOUT":
      return blocker === undefined ? syncctl("list") : syncctl("status", blocker);
    case "LIMIT_REACHED":
      return `to see the units there are: ${syncctl("list")}`;
    case "CYCLE_DETECTED":
    case "FAILED_TO_ADD_DEPENDENCY":
      return `to see who depends on whom: ${syncctl("graph")}`;
    case "CONFLICTING_REQUIREMENT":
      return `to see what is declared: ${syncctl("status", unit)}`;
    case "AGENT_UNREACHABLE": {
      const [path, ...others] = failure.triedPaths;
      const place = path === undefined || others.length > 0 ? [] : ["--socket-path", path];
      return `${shellLine(["sync-agent", ...place])} &`;
    }
    case "AGENT_RESTARTED":
      return `to see what the agent knows now: ${syncctl("list")}`;
    case "AGENT_STOPPING":
    case "AGENT_UNRESPONSIVE":
      return `to try again: ${shellLine(["syncctl", ...attempt.argv])}`;
    case "UNIT_ID_REQUIRED":
    case "UNIT_ID_INVALID":
    case "INVALID_REQUEST":
    case "BODY_TOO_LARGE":
    case "HEADERS_TOO_LARGE":
      return attempt.verb === undefined ? "syncctl --help" : `syncctl ${attempt.verb} --help`;
    case "UNIT_ALREADY_REGISTERED":
    case "CANNOT_UPDATE_OTHER_UNIT":
    case "OWNER_LOST":
    case "ROUTE_NOT_FOUND":
    case "REQUEST_TIMEOUT":
    case "UNSUPPORTED_MEDIA_TYPE":
    case "INTERNAL":
    case "INVALID_REPLY":
      return undefined;
  }
}

function commandLine({ socketPath }: Attempt, verb: string, name: string | undefined): string {
  const place = socketPath === undefined ? [] : ["--socket-path", socketPath];
  const dashes = name?.startsWith("-") ? ["--"] : [];
  return shellLine(["syncctl", verb, ...place, ...dashes, ...(name === undefined ? [] : [name])]);
}
