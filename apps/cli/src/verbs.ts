/** How a verb presents itself in `--help`. */
interface VerbText {
  readonly usage: string;
  readonly summary: string;
  readonly description: string;
  readonly examples: readonly string[];
}

export const verbs = {
  ping: {
    usage: "[options]",
    summary: "is the agent there?",
    description: "Asks the agent for an answer and prints Success. With -o json, tells which agent it is.",
    examples: ["syncctl ping", "syncctl ping -o json"],
  },
  want: {
    usage: "[options] <unit> <dependency[:requirement]>...",
    summary: "declare what a unit depends on",
    description:
      "Declares that a unit depends on others: all of them, or none when one is refused. A dependency must have completed, unless a requirement follows its name: started, completed or finished (completed, failed or skipped). Only the last of these words after a colon counts, so a unit called a:started is written a:started:completed.",
    examples: ["syncctl want app database git", "syncctl want cleanup app:finished"],
  },
  start: {
    usage: "[options] <unit>",
    summary: "wait for the dependencies, then mark the unit started",
    description:
      "Blocks until every dependency is met, then marks the unit started. Ends at once when a dependency has failed, because the wait could not succeed, and after --timeout otherwise; the unit is not started then. Says meanwhile on stderr what it waits for. With --owner, the unit fails when that process ends before it has reported.",
    examples: ["syncctl start app", "syncctl start app --timeout 10m", "syncctl start app --owner $$"],
  },
  run: {
    usage: "[options] <unit> [options] [--] <command> [args...]",
    summary: "wait, run a command as a unit, and report how it went",
    description:
      "Waits for the dependencies, runs the command, and marks the unit completed when it exits with 0 and failed otherwise. When this process ends in any other way, even by SIGKILL, the unit fails and the command is ended. With a --ready flag the unit completes as soon as the command is ready, and the command goes on. The command finds SYNC_SOCKET_PATH, SYNC_UNIT and SYNC_ATTEMPT in its environment, and is not run when a dependency has failed.\n\nThe exit status is that of the command: 128+n when signal n has ended it, 127 when there is no such command, 126 when it cannot be executed; 125 when it has ended well, but not before it was ready, or that could not be reported.",
    examples: [
      "syncctl run app --want database -- ./serve --port 8080",
      "syncctl run database --ready-tcp 5432 -- postgres",
      "syncctl run fetch --retry 3 --retry-delay 5s -- curl -fO https://example.org/data",
    ],
  },
  complete: {
    usage: "[options] <unit>",
    summary: "report success, and release who waits for it",
    description:
      "Marks a unit completed and releases whoever waits for it. Refused while its own dependencies are not met, so a trap that was set before a failed start cannot release anybody.",
    examples: ["syncctl complete app"],
  },
  fail: {
    usage: "[options] <unit>",
    summary: "report a failure",
    description:
      "Marks a unit failed. Whatever needs it completed is skipped, and whoever waits for that is told at once, with the reason.",
    examples: ['syncctl fail app --reason "no space left"'],
  },
  finish: {
    usage: "[options] --status <status> <unit>",
    summary: "report success or failure by an exit status",
    description:
      "Marks a unit completed when the exit status is 0, and failed with the status as reason when it is another: for a trap that tells the truth.",
    examples: ["trap 'syncctl finish app --status $?' EXIT"],
  },
  reset: {
    usage: "[options] <unit> | --all",
    summary: "make a unit pending again",
    description:
      "Makes a unit pending again, whatever it has reported. What was skipped because of it becomes pending too. With --all it does so with every unit, or with none when one belongs to another owner; what they depend on stays declared.",
    examples: ["syncctl reset app", "syncctl reset --all"],
  },
  status: {
    usage: "[options] <unit>",
    summary: "one unit and its dependencies",
    description: "Prints the status of a unit, why it failed or was skipped, and what it depends on.",
    examples: ["syncctl status app", "syncctl status app -o json"],
  },
  list: {
    usage: "[options]",
    summary: "every unit",
    description:
      'Prints every unit, sorted by name. A name that units depend on but that nobody has declared is "not registered": it may be a typing error.',
    examples: ["syncctl list", "syncctl list --wide", "syncctl list --column unit,status"],
  },
  wait: {
    usage: "[options] <unit[:requirement]>...",
    summary: "wait for units without being one",
    description:
      "Blocks until every unit has completed, or met the requirement after its name, or until one has with --any. Prints nothing, but says on stderr every now and then what it waits for. Ends at once with the root causes when that has become impossible.",
    examples: ["syncctl wait database git", "syncctl wait web:started --timeout 30s"],
  },
  why: {
    usage: "[options] <unit>",
    summary: "what does it wait for, and why?",
    description:
      "Prints what a unit waits for, as a tree down to the far end: since when, whose it is, what has failed and for what reason; who waits for the unit; and what to type next.",
    examples: ["syncctl why app", "syncctl why app -o json"],
  },
  graph: {
    usage: "[options]",
    summary: "who depends on whom",
    description:
      "Prints the whole graph, dependencies first: units of the same layer can run at the same time.",
    examples: ["syncctl graph", "syncctl graph -o dot | dot -Tsvg > graph.svg"],
  },
  events: {
    usage: "[options]",
    summary: "what happens, as it happens",
    description:
      "Prints a snapshot and then every event, a line of JSON each, until it is interrupted, its reader leaves, or the agent ends (75 when the agent was stopped, 69 when it died).",
    examples: ["syncctl events", "syncctl events --after 42"],
  },
  doctor: {
    usage: "[options]",
    summary: "what keeps syncctl from an agent, and what to do",
    description:
      "Checks every place where the socket can be, the agent, versions, clocks, limits and the environment, and prints a line for each: ok, a warning, or a problem with what to do. Starts no agent and changes nothing. Exits with 0 when there is no problem, 69 when no agent answers, and 1 otherwise.",
    examples: ["syncctl doctor", "syncctl doctor -o json"],
  },
  completion: {
    usage: "[options] <bash|zsh|fish>",
    summary: "let the shell complete verbs, options and units",
    description:
      "Prints a script for the shell to read at its start. It completes verbs, options and their values, and asks the agent for the names of units.",
    examples: ["source <(syncctl completion bash)", "syncctl completion fish | source"],
  },
} as const satisfies Record<string, VerbText>;

export type Verb = keyof typeof verbs;

/** In the order of `--help`. */
export const verbNames = Object.keys(verbs).filter((name): name is Verb => name in verbs);

export const exitCodesHelp = `
Exit codes:
  0    done
  1    a dependency failed or was skipped, or another refusal
  64   wrong usage
  65   a cycle, or a contradiction to what is declared
  69   no agent answers
  70   a bug
  75   the agent stops, was restarted, is busy or cannot write: try again
  77   the unit belongs to another owner
  124  timed out
  125  run: the command ended well, but this is not known
  126  run: the command cannot be executed
  127  run: there is no such command
  128+n  ended by signal n

A duration is 30s, 5m, 1h30m or 500ms; a bare number is seconds; 0 is no limit.
The socket is --socket-path, else $SYNC_SOCKET_PATH, else the agent's default places are tried in turn.`;
