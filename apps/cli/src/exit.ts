import { errors, exitStatus, isErrorCode } from "@sync/protocol";
import { ProtocolError } from "@sync/protocol/client";
import { CommanderError } from "commander";
import type { Explanation } from "./explanation.js";
import { LaunchError } from "./launch-error.js";
import { obstacleAt } from "./obstacle.js";
import { didYouMean } from "./render/facts.js";
import { type Attempt, nextStep } from "./render/next-step.js";
import { problemLines, unreachableLines } from "./render/problem.js";
import { shellLine } from "./render/shell.js";
import { errorText, type Text } from "./render/text.js";
import { UsageError } from "./usage-error.js";

interface Circumstances extends Attempt {
  readonly now: number;
  readonly explanation: Explanation;
}

/** What a failed run says on stderr, and how it ends. */
interface Ending {
  readonly lines: readonly Text[];
  readonly status: number;
}

/** The words with which these verbs have always begun: scripts look for them. */
const prefixes: Readonly<Record<string, string>> = {
  ping: "ping failed",
  want: "declare dependency failed",
  start: "start unit failed",
  complete: "complete unit failed",
  status: "get status failed",
  list: "list units failed",
};

/** Turns whatever ended a run into words and an exit status. */
export function endingOf(error: unknown, circumstances: Circumstances): Ending {
  if (error instanceof CommanderError) {
    return commanderEnding(error, circumstances);
  }
  if (error instanceof UsageError) {
    return usageEnding(error.message, circumstances, error.example);
  }
  if (error instanceof LaunchError) {
    const next = `next: ${shellLine(error.next)}`;
    const lines = said(`cannot start an agent: ${error.message}`, [...error.details, next]);
    return { lines, status: exitStatus.unreachable };
  }
  if (error instanceof ProtocolError) {
    return protocolEnding(error, circumstances);
  }
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { lines: said("this is a bug in syncctl", text.split("\n")), status: exitStatus.internal };
}

/** It has printed help already when no verb was given. */
function commanderEnding(error: CommanderError, circumstances: Circumstances): Ending {
  if (error.code === "commander.help") {
    return { lines: [], status: exitStatus.usage };
  }
  return usageEnding(error.message.replace(/^error: /, ""), circumstances);
}

function usageEnding(message: string, { verb }: Circumstances, example?: string): Ending {
  const [what = "", ...more] = message.split("\n");
  const details = [...more, ...(example === undefined ? [] : [`example: ${example}`])];
  const help = verb === undefined ? "syncctl --help" : `syncctl ${verb} --help`;
  return { lines: said(what, [...details, `next: ${help}`]), status: exitStatus.usage };
}

function protocolEnding(error: ProtocolError, circumstances: Circumstances): Ending {
  const { code, problem } = error;
  const tried = error.tried.map((place) => ({ ...place, obstacle: obstacleAt(place.path) }));
  const { now, explanation } = circumstances;
  const { tree, meant } = explanation;
  const known = isErrorCode(code);
  const unit = problem?.unit_name;
  const nearest = unit === undefined ? undefined : meant.get(unit);
  const failure = {
    unit,
    nearest,
    blocker: problem?.blockers?.[0]?.unit_name,
    rootCause: problem?.root_causes?.[0]?.unit_name,
    tried,
  };
  const next = known ? nextStep({ code, ...failure }, circumstances) : undefined;
  const lines = said(firstLine(error, circumstances), [
    ...(problem === undefined ? [] : problemLines(problem, tree, { now, meant })),
    ...(code === "AGENT_UNREACHABLE" ? unreachableLines(tried) : []),
    ...(nearest === undefined ? [] : [didYouMean(nearest)]),
    ...(next === undefined ? [] : [`next: ${next}`]),
  ]);
  return { lines, status: known ? errors[code].exit : exitStatus.refused };
}

function firstLine({ code, message }: ProtocolError, { verb }: Circumstances): string {
  switch (code) {
    case "AGENT_UNREACHABLE":
      return "connect to agent socket: no agent answers";
    case "WAIT_TIMEOUT":
      return message;
    default: {
      const prefix = verb === undefined ? undefined : prefixes[verb];
      return prefix === undefined ? message : `${prefix}: ${message}`;
    }
  }
}

/** The text of an error may have more than one line: each is its own, so that none starts at the margin. */
function said(what: string, details: readonly Text[]): Text[] {
  return [errorText(what), ...details.map((line) => ["  ", line])];
}
