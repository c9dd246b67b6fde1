import { socketPaths } from "@sync/protocol";
import { Client, httpTransport } from "@sync/protocol/client";
import { autostarting, launchWithinMs } from "./autostart.js";
import type { LiveLine } from "./live-line.js";
import type { Output } from "./output.js";
import { escapeJson } from "./render/escape.js";
import { paint, type Text } from "./render/text.js";
import { isColored, isLive } from "./terminal.js";
import type { World } from "./world.js";

/**
 * How long an agent may take to answer when it has not to be started first, in milliseconds. It is one process among
 * hundreds when as many scripts begin at once, and has its turn when these have had theirs.
 */
const answerWithinMs = 60_000;

/** The same for whoever asks only whether it is well. */
const answerToPingWithinMs = 10_000;

/** What every verb takes. */
export interface GlobalFlags {
  readonly socketPath?: string;
  readonly quiet?: boolean;
  readonly autostart?: boolean;
}

/** What a verb works with. */
export interface Session {
  readonly client: Client;
  /** As it was given, which a command to type next repeats. */
  readonly socketPath: string | undefined;
  readonly env: World["env"];
  /** On behalf of whom the calls are made. */
  readonly pid: number;
  readonly now: () => number;
  readonly elapsed: () => number;
  readonly readerGone: AbortSignal;
  readonly quiet: boolean;
  /** Where what a command prints is passed on to. */
  readonly stdout: Output;
  readonly stderr: Output;
  /** Says how it goes; not with `--quiet`. */
  readonly say: (line: string) => void;
  /** Says something on stderr. */
  readonly note: (line: Text) => void;
  /** A line of stderr that can change; `undefined` when that is no terminal. */
  readonly openLiveLine: () => Promise<LiveLine | undefined>;
  /** Writes lines of data; control characters in them are escaped. */
  readonly print: (lines: readonly Text[]) => void;
  /** Writes a document as it came, with an indent of 2; on one line when `compact`. */
  readonly printJson: (document: unknown, layout?: "compact") => void;
}

export function openSession(world: World, flags: GlobalFlags, verb: string | undefined): Session {
  const { socketPath, quiet = false } = flags;
  const { stdout, stderr, env } = world;
  const print = (lines: readonly Text[]) => {
    const inColor = isColored(stdout, env);
    stdout.write(lines.map((line) => `${paint(line, inColor)}\n`).join(""));
  };
  return {
    client: openClient(world, flags, verb === "ping" ? answerToPingWithinMs : answerWithinMs),
    socketPath,
    env,
    pid: world.parentPid,
    now: world.now,
    elapsed: world.elapsed,
    readerGone: world.readerGone,
    quiet,
    stdout,
    stderr,
    say: (line) => {
      if (!quiet) {
        print([line]);
      }
    },
    note: (line) => {
      stderr.write(`${paint(line, isColored(stderr, env))}\n`);
    },
    openLiveLine: async () => {
      if (!isLive(stderr, env)) {
        return undefined;
      }
      const { openLiveLine } = await import("./live-line.js");
      return openLiveLine(isColored(stderr, env));
    },
    print,
    printJson: (document, layout) => {
      stdout.write(`${escapeJson(JSON.stringify(document, null, layout === "compact" ? 0 : 2))}\n`);
    },
  };
}

function openClient(world: World, { socketPath, autostart }: GlobalFlags, answerWithinMs: number): Client {
  const { env, uid, program } = world;
  const { SYNC_AUTOSTART } = env;
  const paths = socketPaths({ socketPath, env, uid });
  const transport = httpTransport({ socketPaths: paths });
  if (!(autostart ?? isSet(SYNC_AUTOSTART))) {
    return new Client(transport, { answerWithinMs });
  }
  return new Client(autostarting(transport, { socketPaths: paths, env, uid, program }), {
    answerWithinMs: answerWithinMs + launchWithinMs,
  });
}

function isSet(variable: string | undefined): boolean {
  return variable !== undefined && variable !== "" && variable !== "0";
}
