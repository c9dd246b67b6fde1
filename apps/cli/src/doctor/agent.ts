import { get } from "node:http";
import { type JournalDocument, type LimitsDocument, type PingDocument, routePath } from "@sync/protocol";
import { Client, httpTransport, ProtocolError } from "@sync/protocol/client";
import { age } from "../render/age.js";
import { failureText } from "../render/journal.js";
import type { World } from "../world.js";
import { type Finding, ok, problem, warning } from "./finding.js";

/** How long the agent may take for each answer, in milliseconds. */
const answerWithinMs = 2_000;
/** How far the clocks may be apart, in milliseconds: the agent tells whole seconds. */
const mostSkewMs = 5_000;
/** With more than so much of what it may have, an agent will soon refuse commands. */
const nearShare = 0.8;

/** What the agent that listens there says of itself; `ping` is `undefined` when it does not answer. */
export async function lookAtAgent(path: string, world: World) {
  const client = new Client(httpTransport({ socketPaths: [path] }), { answerWithinMs });
  try {
    const ping = await client.ping();
    const clock = await lookAtClock(path, world);
    const limits = lookAtLimits(await client.limits());
    const journal = lookAtJournal(ping, world);
    return { ping, findings: [describe(ping, world), compare(ping, world), clock, ...journal, ...limits] };
  } catch (error) {
    return { ping: undefined, findings: [silence(error)] };
  }
}

export function noAgent(command: string): Finding {
  return problem("agent", "none listens at any of these places", `start one: ${command}`);
}

function describe(
  { pid, version, generation, uptime_ms, units, waiters }: PingDocument,
  { now }: World,
): Finding {
  const up = age(new Date(now() - uptime_ms).toISOString(), now());
  return ok(
    "agent",
    `it answers: version ${version}, process ${pid}, up ${up}, units ${units}, waiting ${waiters}, generation ${generation}`,
  );
}

function silence(error: unknown): Finding {
  if (!(error instanceof ProtocolError)) throw error;
  switch (error.code) {
    case "AGENT_UNRESPONSIVE":
      return problem(
        "agent",
        "it accepts connections and does not answer",
        "see whether it is stopped or busy; if it stays so, end it with SIGKILL and start another",
      );
    case "INVALID_REPLY":
      return problem("agent", `what listens is no sync agent: ${error.message}`, "choose another path");
    default:
      return error.tried.some(({ reason }) => reason === "not ours")
        ? problem(
            "agent",
            "syncctl does not use it: another user may have made it, where all can make files",
            "let root make the directory of a socket that is shared",
          )
        : problem("agent", error.message, "try again");
  }
}

function compare({ version }: PingDocument, world: World): Finding {
  return version === world.version
    ? ok("version", `agent and syncctl are both ${version}`)
    : warning(
        "version",
        `the agent is ${version}, and syncctl is ${world.version}`,
        "install the same version of both, and start the agent again",
      );
}

/** Ages are told by comparing our clock with the agent's. */
async function lookAtClock(path: string, { now }: World): Promise<Finding> {
  const date = await dateOf(path);
  const skewMs = date - now();
  if (Number.isNaN(date)) {
    return warning("clock", "the agent does not tell its time", "look who listens there");
  }
  return Math.abs(skewMs) <= mostSkewMs
    ? ok("clock", "that of the agent is ours")
    : warning(
        "clock",
        `that of the agent is ${Math.round(Math.abs(skewMs) / 1000)} s ${skewMs < 0 ? "behind" : "ahead of"} ours, so ages are wrong`,
        "set the clock, or look whether one of both runs with another one (libfaketime, a time namespace)",
      );
}

/** In milliseconds since the epoch, from the header that every answer has. */
function dateOf(path: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const request = get(
      { socketPath: path, path: routePath("ping"), timeout: answerWithinMs },
      (response) => {
        response.resume();
        resolve(Date.parse(response.headers.date ?? ""));
      },
    );
    request.once("error", reject);
  });
}

/** How its journal was found, for people. */
const beginnings: Readonly<Record<JournalDocument["beginning"], string>> = {
  new: "begun by this agent",
  kept: "taken over from the agent before",
  cut: "taken over from the agent before; its last record was torn by a crash, and is cut off",
  "of an earlier run":
    "begun anew, since the one there was of an earlier run of the machine: it is beside it, as journal.old",
  "of an unknown run":
    "begun anew, since this machine does not tell its runs apart: the one before is beside it, as journal.old",
};

/** An older agent says less, or nothing. */
function lookAtJournal({ journal }: Partial<PingDocument>, { now }: World): Finding[] {
  if (journal === undefined) return [];
  if (journal === null) return [ok("journal", "none: everything is kept in memory, and ends with the agent")];
  const { path, bytes, beginning } = journal;
  const failing = failureText(journal, now());
  return failing === undefined
    ? [ok("journal", `${path} has ${bytes} bytes; ${beginnings[beginning]}`)]
    : [
        problem(
          "journal",
          failing,
          "make room on its disk, or mount it writable again; the agent goes on by itself then",
        ),
      ];
}

function lookAtLimits(limits: LimitsDocument): Finding[] {
  const rows = limits.flatMap(({ limit, most, used }) => (used === null ? [] : [{ limit, most, used }]));
  const near = rows.filter(({ most, used }) => used > most * nearShare);
  if (near.length === 0) {
    return [ok("limits", rows.map(({ limit, most, used }) => `${limit} ${used} of ${most}`).join(", "))];
  }
  return near.map(({ limit, most, used }) =>
    warning(
      "limits",
      `${limit}: there are ${used}, and ${most} is the most`,
      limit === "connections"
        ? "start the agent again after ulimit -n 65536, or with LimitNOFILE= in its unit"
        : `look for a script that makes too many, or start the agent again with --limit ${limit}=${2 * most}`,
    ),
  );
}
