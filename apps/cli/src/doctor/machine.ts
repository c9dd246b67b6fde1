import { spawnSync } from "node:child_process";
import { dirname, isAbsolute } from "node:path";
import { agentProgram, inPath, realPath } from "../agent-program.js";
import { objectionTo } from "../place.js";
import { shellLine } from "../render/shell.js";
import type { World } from "../world.js";
import { type Finding, ok, problem, warning } from "./finding.js";

/** What we run on, and what else would be run. */
export function lookAtMachine(world: World): Finding[] {
  const ground = world.isStandalone
    ? ok("node", "this is an executable that needs no Node")
    : lookAtNode(process.versions.node);
  return [ground, lookAtSyncctl(world), lookAtAgentProgram(world)];
}

function lookAtNode(version: string): Finding {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major > 20 || (major === 20 && minor >= 19)
    ? ok("node", `this is Node ${version}`)
    : problem("node", `this is Node ${version}`, "install Node 20.19 or newer");
}

/** Scripts get the first `syncctl` in PATH, which need not be the one that is asked now. */
function lookAtSyncctl({ program, version, env }: World): Finding {
  const [first, ...others] = inPath("syncctl", env);
  if (first === undefined) {
    const add = `PATH=${shellLine([dirname(program)])}:$PATH`;
    return warning("program", "syncctl is not in PATH, so scripts do not find it", add);
  }
  const more = others.length === 0 ? "" : `; behind it: ${others.join(", ")}`;
  if (realPath(first) === realPath(program)) {
    return ok("program", `${first} is the first syncctl in PATH, and this one${more}`);
  }
  // It may be a script that starts us.
  const says =
    spawnSync(first, ["--version"], { encoding: "utf8", timeout: 5_000, env }).stdout?.trim() ?? "";
  return says === version
    ? ok("program", `${first} is the first syncctl in PATH, and of this version${more}`)
    : warning(
        "program",
        `${first} is the first syncctl in PATH, and it is another: its version is "${says.slice(0, 40)}", that of this one "${version}"`,
        "remove it, or change the order in PATH",
      );
}

function lookAtAgentProgram({ program, env }: World): Finding {
  const path = agentProgram(program, env);
  return path === undefined
    ? warning("program", "sync-agent is not found", "npm install --global @sync/agent")
    : ok("program", `sync-agent is ${path}`);
}

/** Variables that say where the socket is, and do not lead where they seem to. */
export function lookAtEnvironment({ env, uid }: World): Finding[] {
  const { SYNC_SOCKET_PATH, XDG_RUNTIME_DIR, TMPDIR } = env;
  const findings: Finding[] = [];
  if (SYNC_SOCKET_PATH && !isAbsolute(SYNC_SOCKET_PATH)) {
    findings.push(
      warning(
        "environment",
        `SYNC_SOCKET_PATH is "${SYNC_SOCKET_PATH}": another place in every directory`,
        "make it absolute",
      ),
    );
  }
  for (const [name, directory] of Object.entries({ XDG_RUNTIME_DIR, TMPDIR })) {
    if (!directory) continue;
    const objection = isAbsolute(directory) ? objectionTo(directory, uid) : "it is not absolute";
    if (objection !== undefined) {
      const text = `${name} is "${directory}", which cannot be used: ${objection}`;
      findings.push(warning("environment", text, `unset ${name}, or let it name a directory of yours`));
    }
  }
  return findings.length === 0 ? [ok("environment", "nothing leads astray")] : findings;
}
