import { exitStatus, socketPaths } from "@sync/protocol";
import { lookAtAgent, noAgent } from "../doctor/agent.js";
import type { Finding } from "../doctor/finding.js";
import { lookAtEnvironment, lookAtMachine } from "../doctor/machine.js";
import { lookAtSockets } from "../doctor/sockets.js";
import { shellLine } from "../render/shell.js";
import type { Color, Text } from "../render/text.js";
import type { Session } from "../session.js";
import type { World } from "../world.js";

const colors: Readonly<Record<Finding["level"], Color>> = { ok: "green", warning: "yellow", problem: "red" };

/** Looks at all that can keep a script from its agent. Starts none, and changes nothing. Resolves with the exit status. */
export async function doctor(
  session: Session,
  world: World,
  { output }: { readonly output: string },
): Promise<number> {
  const { socketPath } = session;
  const paths = socketPaths({ socketPath, env: world.env, uid: world.uid });
  const sockets = await lookAtSockets(paths, world.uid);
  const [first] = sockets.listening;
  const place = paths.length === 1 ? ["--socket-path", ...paths] : [];
  const agent =
    first === undefined
      ? { ping: undefined, findings: [noAgent(`${shellLine(["sync-agent", ...place])} &`)] }
      : await lookAtAgent(first, world);
  const findings = [
    ...lookAtMachine(world),
    ...lookAtEnvironment(world),
    ...sockets.findings,
    ...agent.findings,
  ];
  if (output === "json") {
    session.printJson({ socket_path: first ?? null, agent: agent.ping ?? null, findings });
  } else {
    session.print(findings.map(findingLine));
  }
  if (agent.ping === undefined) {
    return exitStatus.unreachable;
  }
  return findings.some(({ level }) => level === "problem") ? exitStatus.refused : exitStatus.done;
}

function findingLine({ level, check, text, advice }: Finding): Text {
  const next = advice === null ? "" : ` (${advice})`;
  return [{ text: level, color: colors[level] }, `${" ".repeat(9 - level.length)}${check}: ${text}${next}`];
}
