import { createClient } from "@sync/protocol/client";
import { othersPrefix } from "../crash/commands.js";
import type { RunningAgent } from "../rig.js";

/** Who comes, does something and goes, one after the other, until it is over. @returns how many have come. */
export async function visit(agent: RunningAgent, over: AbortSignal): Promise<number> {
  let count = 0;
  for (; !over.aborted; count += 1) {
    const unit = `${othersPrefix}${count % 10}`;
    switch (count % 4) {
      case 0:
        await agent.sh(`syncctl start '${unit}' --force; syncctl complete '${unit}' --force`);
        break;
      case 1:
        await readEvents(agent, over).catch(ignoreAfter(over));
        break;
      case 2:
        await runAndKill(agent, unit);
        break;
      default:
        await agent.sh(`syncctl why '${unit}'; syncctl list --wide; syncctl graph`);
    }
  }
  return count;
}

/** Leaves in the middle of it. */
async function readEvents({ socketPath }: RunningAgent, over: AbortSignal): Promise<void> {
  await using client = createClient({ socketPaths: [socketPath] });
  const events = client.events({ signal: over });
  for (let left = 200; left > 0; left -= 1) await events.next();
  await events.return();
}

function ignoreAfter(over: AbortSignal): (error: unknown) => void {
  return (error) => {
    if (!over.aborted) throw error;
  };
}

/** Its lease ends with it; what it has started goes on for a moment. */
async function runAndKill(agent: RunningAgent, unit: string): Promise<void> {
  const run = agent.background("run", unit, "--", "sh", "-c", "echo runs; sleep 1");
  await Promise.race([run.line("runs").catch(() => undefined), run.result]);
  await run.kill("SIGKILL");
}
