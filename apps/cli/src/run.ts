import { exitStatus } from "@sync/protocol";
import { CommanderError } from "commander";
import { createProgram, type Run } from "./program.js";
import { paint } from "./render/text.js";
import { isColored } from "./terminal.js";
import type { World } from "./world.js";

/** Runs one command line, without the program's name, and resolves with the exit status. Never rejects. */
export async function run(argv: readonly string[], world: World): Promise<number> {
  const current: Run = {};
  try {
    await createProgram(argv, world, current).parseAsync(argv, { from: "user" });
    return current.status ?? exitStatus.done;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) {
      // Help or the version was asked for, and is printed.
      return exitStatus.done;
    }
    const { lines, status } = await endingOf(error, argv, world, current);
    const inColor = isColored(world.stderr, world.env);
    world.stderr.write(lines.map((line) => `${paint(line, inColor)}\n`).join(""));
    return status;
  }
}

/** Loads what a failure needs only now: a run that succeeds has no use for it. */
async function endingOf(
  error: unknown,
  argv: readonly string[],
  world: World,
  { verb, flags, session }: Run,
) {
  const { endingOf: describe } = await import("./exit.js");
  const { explain, nothingKnown } = await import("./explanation.js");
  return describe(error, {
    argv,
    verb,
    socketPath: flags?.socketPath,
    now: world.now(),
    explanation: session === undefined ? nothingKnown : await explain(session, error),
  });
}
