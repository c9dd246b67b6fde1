import { Command } from "commander";
import type { GraphFormat } from "./commands/graph.js";
import type { ListFlags } from "./commands/list.js";
import type { RunFlags } from "./commands/run.js";
import type { StartFlags } from "./commands/start.js";
import type { WaitFlags } from "./commands/wait.js";
import {
  columns,
  dependency,
  force,
  globalOptions,
  heartbeat,
  keepWaiting,
  output,
  owner,
  parseSequence,
  reason,
  retry,
  retryDelay,
  timeout,
} from "./options.js";
import type { GlobalFlags, Session } from "./session.js";
import { UsageError } from "./usage-error.js";
import { exitCodesHelp, type Verb, verbNames, verbs } from "./verbs.js";
import type { World } from "./world.js";

/** What is known of a run, as far as it got. */
export interface Run {
  verb?: string;
  flags?: GlobalFlags;
  session?: Session;
  /** How it ends, when nothing was thrown. @default 0 */
  status?: number;
}

/**
 * The tree of commands. Parsing rejects with a `CommanderError` or `UsageError`, or with what the command
 * threw; `current` then tells how far it got.
 *
 * Loading and defining is most of what a run costs. So each command is loaded when it is known to be the one,
 * and those that `argv` does not name have no more than a summary.
 */
export function createProgram(argv: readonly string[], world: World, current: Run): Command {
  const program = globalOptions(new Command("syncctl"))
    .description("Coordination for scripts that start together and must wait for each other.")
    .version(world.version)
    .enablePositionalOptions()
    .exitOverride()
    .configureHelp({ subcommandTerm: (command) => command.name() })
    .configureOutput({
      writeOut: (text) => world.stdout.write(text),
      writeErr: (text) => world.stderr.write(text),
      outputError: () => {},
      getOutHelpWidth: () => world.stdout.columns ?? 80,
      getErrHelpWidth: () => world.stderr.columns ?? 80,
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    })
    .addHelpText("after", exitCodesHelp);

  // Before the options of the verb are read, for an error in those is the verb's.
  program.hook("preSubcommand", (_, command) => {
    current.verb = command.name();
  });

  const act =
    <Args extends unknown[]>(action: (session: Session, ...args: Args) => Promise<void>) =>
    async (...args: Args) => {
      const { openSession } = await import("./session.js");
      current.session = openSession(world, current.flags ?? {}, current.verb);
      await action(current.session, ...args);
    };

  const define: Readonly<Record<Verb, (verb: Command) => Command>> = {
    ping: (verb) =>
      verb
        .addOption(output("text", "json"))
        .action(
          act(async (session, flags: { output: string }) =>
            (await import("./commands/ping.js")).ping(session, flags),
          ),
        ),

    want: (verb) =>
      units(verb).action(
        act(async (session, names: string[]) => (await import("./commands/want.js")).want(session, names)),
      ),

    start: (verb) =>
      units(verb)
        .addOption(timeout())
        .addOption(owner())
        .addOption(keepWaiting())
        .addOption(heartbeat())
        .addOption(force())
        .action(
          act(async (session, names: string[], flags: StartFlags) =>
            (await import("./commands/start.js")).start(session, names, flags),
          ),
        ),

    run: (verb) =>
      verb
        .argument("[words...]")
        // They end where the command begins.
        .passThroughOptions()
        .addOption(dependency())
        .addOption(timeout())
        .addOption(keepWaiting())
        .addOption(heartbeat())
        .addOption(retry())
        .addOption(retryDelay())
        .option("--ready-when <regex>", "complete as soon as it prints a line that matches")
        .option("--ready-tcp <[host:]port>", "complete as soon as something listens there")
        .option("--ready-http <url>", "complete as soon as that answers with a status below 400")
        .option("--ready-file <path>", "complete as soon as there is such a file")
        .option("--ready-cmd <line>", "complete as soon as this line of shell succeeds")
        .action(async (words: string[], _flags: object, command: Command) => {
          const all = readOn(command, words);
          current.flags = command.optsWithGlobals<GlobalFlags>();
          await act(async (session) => {
            current.status = await (await import("./commands/run.js")).run(
              session,
              all,
              command.opts<RunFlags>(),
            );
          })();
        }),

    complete: (verb) =>
      units(verb)
        .addOption(force())
        .action(
          act(async (session, names: string[], flags: { force?: boolean }) =>
            (await import("./commands/complete.js")).complete(session, names, flags),
          ),
        ),

    fail: (verb) =>
      units(verb)
        .addOption(reason())
        .addOption(force())
        .action(
          act(async (session, names: string[], flags: { reason?: string; force?: boolean }) =>
            (await import("./commands/fail.js")).fail(session, names, flags),
          ),
        ),

    finish: (verb) =>
      units(verb)
        .option("--status <status>", "the exit status of what ran, from 0 to 255")
        .addOption(force())
        .action(
          act(async (session, names: string[], flags: { status?: string; force?: boolean }) =>
            (await import("./commands/finish.js")).finish(session, names, flags),
          ),
        ),

    reset: (verb) =>
      units(verb)
        .option("--all", "every unit, for a new run of everything")
        .addOption(reason())
        .addOption(force())
        .action(
          act(async (session, names: string[], flags: { all?: boolean; reason?: string; force?: boolean }) =>
            (await import("./commands/reset.js")).reset(session, names, flags),
          ),
        ),

    status: (verb) =>
      units(verb)
        .addOption(output("text", "json", "table"))
        .addOption(columns("depends on, required status, current status, satisfied"))
        .action(
          act(async (session, names: string[], flags: { output: string; column?: string }) =>
            (await import("./commands/status.js")).status(session, names, flags),
          ),
        ),

    list: (verb) =>
      verb
        .addOption(output("text", "json", "table"))
        .option("-w, --wide", "more columns: since when, owner, who waits for it, and why")
        .addOption(columns("unit, status, ready; with --wide also since, owner, waited for by, reason"))
        .action(
          act(async (session, flags: ListFlags) => (await import("./commands/list.js")).list(session, flags)),
        ),

    wait: (verb) =>
      units(verb)
        .option("--any", "one of them is enough")
        .addOption(timeout())
        .addOption(keepWaiting())
        .addOption(heartbeat())
        .addOption(output("text", "json"))
        .action(
          act(async (session, names: string[], flags: WaitFlags) =>
            (await import("./commands/wait.js")).wait(session, names, flags),
          ),
        ),

    why: (verb) =>
      units(verb)
        .addOption(output("text", "json"))
        .action(
          act(async (session, names: string[], flags: { output: string }) =>
            (await import("./commands/why.js")).why(session, names, flags),
          ),
        ),

    graph: (verb) =>
      verb
        .addOption(output("text", "json", "dot", "mermaid"))
        .action(
          act(async (session, flags: { output: GraphFormat }) =>
            (await import("./commands/graph.js")).graph(session, flags),
          ),
        ),

    events: (verb) =>
      verb
        .option("--after <sequence>", "go on after this event, instead of with a snapshot", parseSequence)
        .addOption(output("json"))
        .action(
          act(async (session, flags: { after?: number }) =>
            (await import("./commands/events.js")).events(session, flags),
          ),
        ),

    doctor: (verb) =>
      verb.addOption(output("text", "json")).action(
        act(async (session, flags: { output: string }) => {
          current.status = await (await import("./commands/doctor.js")).doctor(session, world, flags);
        }),
      ),

    completion: (verb) =>
      verb
        .argument("[shell]")
        .argument("[words...]")
        .action(async (shell: string | undefined, words: string[]) =>
          (await import("./commands/completion.js")).completion(world, program, shell, words),
        ),
  };

  for (const name of verbsFor(argv)) {
    const { usage, summary, description, examples } = verbs[name];
    const verb = program.command(name).summary(summary);
    if (isNamed(name, argv)) {
      globalOptions(verb)
        .usage(usage)
        .description(description)
        .addHelpText("after", `\nExamples:\n${examples.map((line) => `  ${line}`).join("\n")}`)
        .hook("preAction", (command) => {
          current.flags = command.optsWithGlobals<GlobalFlags>();
        });
      define[name](verb);
    }
  }
  return program;
}

/** All that `argv` can mean: a verb that comes first, as it nearly always does, or any. */
function verbsFor(argv: readonly string[]): readonly Verb[] {
  const [first] = verbNames.filter((name) => name === argv[0]);
  return first === undefined || first === "completion" ? verbNames : [first];
}

/** Completion asks about every verb, whether or not the line that is typed is given word by word. */
function isNamed(name: Verb, argv: readonly string[]): boolean {
  return argv.includes(name) || argv.includes("completion");
}

function units(verb: Command): Command {
  return verb.argument("[units...]");
}

/**
 * Reads the options between the first of the words and the command, where commander has taken all for words.
 * Returns the words without them.
 */
function readOn(command: Command, [first, ...rest]: readonly string[]): string[] {
  const { operands, unknown } = command.parseOptions(rest);
  const [option] = unknown;
  if (option === "--help" || option === "-h") {
    command.help();
  }
  if (option !== undefined) {
    throw new UsageError(`unknown option '${option}'`);
  }
  return first === undefined ? [] : [first, ...operands];
}
