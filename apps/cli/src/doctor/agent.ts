import { readdirSync, readFileSync } from "node:fs";
import { get } from "node:http";
import { type PingDocument, routePath } from "@sync/protocol";
import { Client, httpTransport, ProtocolError } from "@sync/protocol/client";
import { age } from "../render/age.js";
import type { World } from "../world.js";
import { type Finding, ok, problem, warning } from "./finding.js";

/** How long the agent may take for each answer, in milliseconds. */
const answerWithinMs = 2_000;
/** How far the clocks may be apart, in milliseconds: the agent tells whole seconds. */
const mostSkewMs = 5_000;
/** With so much of its files open, an agent is soon to refuse connections. */
const mostOpenShare = 0.8;

/** What the agent that listens there says of itself; `ping` is `undefined` when it does not answer. */
export async function lookAtAgent(path: string, world: World) {
  const client = new Client(httpTransport({ socketPaths: [path] }), { answerWithinMs });
  try {
    const ping = await client.ping();
    const clock = await lookAtClock(path, world);
    return { ping, findings: [describe(ping, world), compare(ping, world), clock, ...lookAtLimits(ping)] };
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

/** Every connection is an open file of the agent's. */
function lookAtLimits({ pid }: PingDocument): Finding[] {
  try {
    const [, soft = "", hard = ""] =
      /^Max open files +(\S+) +(\S+)/m.exec(readFileSync(`/proc/${pid}/limits`, "utf8")) ?? [];
    const open = readdirSync(`/proc/${pid}/fd`).length;
    const text = `the agent has ${open} files open, and may have ${soft} (${hard} when raised)`;
    return open > Number(soft) * mostOpenShare
      ? [warning("limits", text, "start it again after ulimit -n 65536, or with LimitNOFILE= in its unit")]
      : [ok("limits", text)];
  } catch {
    // There is no /proc, or the process is not ours.
    return [];
  }
}
