import { Command, Option } from "commander";
import type { GraphFormat } from "./commands/graph.js";
import type { ListFlags } from "./commands/list.js";
import type { RunFlags } from "./commands/run.js";
import type { StartFlags } from "./commands/start.js";
import type { WaitFlags } from "./commands/wait.js";
import { parseDuration } from "./duration.js";
import type { GlobalFlags, Session } from "./session.js";
import { UsageError } from "./usage-error.js";
import { exitCodesHelp, type Verb, verbs } from "./verbs.js";
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
 * Each command is loaded when it is known to be the one: loading is most of what a run costs.
 */
export function createProgram(world: World, current: Run): Command {
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
    })
    .addHelpText("after", exitCodesHelp);

  // Before the options of the verb are read, for an error in those is the verb's.
  program.hook("preSubcommand", (_, command) => {
    current.verb = command.name();
  });

  const verb = (name: Verb) => {
    const { usage, summary, description, examples } = verbs[name];
    return globalOptions(program.command(name))
      .usage(usage)
      .summary(summary)
      .description(description)
      .addHelpText("after", `\nExamples:\n${examples.map((line) => `  ${line}`).join("\n")}`)
      .hook("preAction", (command) => {
        current.flags = command.optsWithGlobals<GlobalFlags>();
      });
  };
  const unitsVerb = (name: Verb) => verb(name).argument("[units...]");
  /** Its options end where the command begins. */
  const commandVerb = (name: Verb) => verb(name).argument("[words...]").passThroughOptions();
  const act =
    <Args extends unknown[]>(action: (session: Session, ...args: Args) => Promise<void>) =>
    async (...args: Args) => {
      const { openSession } = await import("./session.js");
      current.session = openSession(world, current.flags ?? {}, current.verb);
      await action(current.session, ...args);
    };

  verb("ping")
    .addOption(output("text", "json"))
    .action(
      act(async (session, flags: { output: string }) =>
        (await import("./commands/ping.js")).ping(session, flags),
      ),
    );

  unitsVerb("want").action(
    act(async (session, names: string[]) => (await import("./commands/want.js")).want(session, names)),
  );

  unitsVerb("start")
    .addOption(timeout())
    .addOption(owner())
    .addOption(keepWaiting())
    .addOption(heartbeat())
    .addOption(force())
    .action(
      act(async (session, names: string[], flags: StartFlags) =>
        (await import("./commands/start.js")).start(session, names, flags),
      ),
    );

  commandVerb("run")
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
    });

  unitsVerb("complete")
    .addOption(force())
    .action(
      act(async (session, names: string[], flags: { force?: boolean }) =>
        (await import("./commands/complete.js")).complete(session, names, flags),
      ),
    );

  unitsVerb("fail")
    .addOption(reason())
    .addOption(force())
    .action(
      act(async (session, names: string[], flags: { reason?: string; force?: boolean }) =>
        (await import("./commands/fail.js")).fail(session, names, flags),
      ),
    );

  unitsVerb("finish")
    .option("--status <status>", "the exit status of what ran, from 0 to 255")
    .addOption(force())
    .action(
      act(async (session, names: string[], flags: { status?: string; force?: boolean }) =>
        (await import("./commands/finish.js")).finish(session, names, flags),
      ),
    );

  unitsVerb("reset")
    .option("--all", "every unit, for a new run of everything")
    .addOption(reason())
    .addOption(force())
    .action(
      act(async (session, names: string[], flags: { all?: boolean; reason?: string; force?: boolean }) =>
        (await import("./commands/reset.js")).reset(session, names, flags),
      ),
    );

  unitsVerb("status")
    .addOption(output("text", "json", "table"))
    .addOption(columns("depends on, required status, current status, satisfied"))
    .action(
      act(async (session, names: string[], flags: { output: string; column?: string }) =>
        (await import("./commands/status.js")).status(session, names, flags),
      ),
    );

  verb("list")
    .addOption(output("text", "json", "table"))
    .option("-w, --wide", "more columns: since when, owner, who waits for it, and why")
    .addOption(columns("unit, status, ready; with --wide also since, owner, waited for by, reason"))
    .action(
      act(async (session, flags: ListFlags) => (await import("./commands/list.js")).list(session, flags)),
    );

  unitsVerb("wait")
    .option("--any", "one of them is enough")
    .addOption(timeout())
    .addOption(keepWaiting())
    .addOption(heartbeat())
    .addOption(output("text", "json"))
    .action(
      act(async (session, names: string[], flags: WaitFlags) =>
        (await import("./commands/wait.js")).wait(session, names, flags),
      ),
    );

  unitsVerb("why")
    .addOption(output("text", "json"))
    .action(
      act(async (session, names: string[], flags: { output: string }) =>
        (await import("./commands/why.js")).why(session, names, flags),
      ),
    );

  verb("graph")
    .addOption(output("text", "json", "dot", "mermaid"))
    .action(
      act(async (session, flags: { output: GraphFormat }) =>
        (await import("./commands/graph.js")).graph(session, flags),
      ),
    );

  verb("events")
    .option("--after <sequence>", "go on after this event, instead of with a snapshot", parseSequence)
    .addOption(output("json"))
    .action(
      act(async (session, flags: { after?: number }) =>
        (await import("./commands/events.js")).events(session, flags),
      ),
    );

  verb("doctor")
    .addOption(output("text", "json"))
    .action(
      act(async (session, flags: { output: string }) => {
        current.status = await (await import("./commands/doctor.js")).doctor(session, world, flags);
      }),
    );

  verb("completion")
    .argument("[shell]")
    .argument("[words...]")
    .action(async (shell: string | undefined, words: string[]) =>
      (await import("./commands/completion.js")).completion(world, program, shell, words),
    );

  return program;
}

function globalOptions(command: Command): Command {
  return command
    .option(
      "--socket-path <path>",
      "where the agent listens (default: $SYNC_SOCKET_PATH, or its usual places)",
    )
    .option("--autostart", "start an agent when none answers (default: when $SYNC_AUTOSTART is 1)")
    .option("-q, --quiet", "do not say that it went well; data is still printed");
}

function output(...formats: readonly [string, ...string[]]): Option {
  return new Option("-o, --output <format>", "how to print it").choices(formats).default(formats[0]);
}

function timeout(): Option {
  return new Option(
    "--timeout <duration>",
    "how long to wait, from the beginning of the command; 0 sets no limit",
  )
    .default(300_000, "5m")
    .argParser((text) => parseDuration(text, "--timeout"));
}

function heartbeat(): Option {
  return new Option(
    "--heartbeat <duration>",
    "how often to say on stderr what it waits for; 0 says nothing. A terminal shows it all the time",
  )
    .default(30_000, "30s")
    .argParser((text) => parseDuration(text, "--heartbeat"));
}

function keepWaiting(): Option {
  return new Option("--keep-waiting", "wait on when it has become impossible, in case of a retry");
}

function retry(): Option {
  return new Option("--retry <times>", "how often to run a command again that has failed")
    .default(0)
    .argParser(parseTimes);
}

function retryDelay(): Option {
  return new Option("--retry-delay <duration>", "how long to wait before that")
    .default(1_000, "1s")
    .argParser((text) => parseDuration(text, "--retry-delay"));
}

function dependency(): Option {
  return new Option(
    "--want <unit[:requirement]>",
    "what it depends on, as in want; once for each dependency",
  ).argParser((text, before: readonly string[] | undefined) => [...(before ?? []), text]);
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

function owner(): Option {
  return new Option(
    "--owner <pid>",
    "the process whose end is the failure of the unit, as in --owner $$",
  ).argParser(parsePid);
}

function force(): Option {
  return new Option("--force", "do it although the unit belongs to another owner");
}

function columns(titles: string): Option {
  return new Option("-c, --column <columns>", `which columns to print, with commas between: ${titles}`);
}

function reason(): Option {
  return new Option("-m, --reason <text>", "why, in words for people");
}

function parsePid(text: string): number {
  if (!/^[1-9]\d{0,9}$/.test(text)) {
    throw new UsageError(`"${text}" is not the number of a process`, "syncctl start app --owner $$");
  }
  return Number(text);
}

function parseTimes(text: string): number {
  if (!/^\d{1,6}$/.test(text)) {
    throw new UsageError(`"${text}" is not a number of times`, "--retry 3");
  }
  return Number(text);
}

function parseSequence(text: string): number {
  if (!/^\d{1,15}$/.test(text)) {
    throw new UsageError(`"${text}" is not the number of an event`, "syncctl events --after 42");
  }
  return Number(text);
}
