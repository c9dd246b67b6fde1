import { socketPaths } from "@sync/protocol";
import { Client, httpTransport } from "@sync/protocol/client";
import { escapeControls, escapeJson } from "./render/escape.js";
import type { World } from "./world.js";

/** What every verb takes. */
export interface GlobalFlags {
  readonly socketPath?: string;
  readonly quiet?: boolean;
}

/** What a verb works with. */
export interface Session {
  readonly client: Client;
  readonly elapsed: () => number;
  readonly readerGone: AbortSignal;
  /** Says how it goes; not with `--quiet`. */
  readonly say: (line: string) => void;
  /** Writes lines of data; control characters in them are escaped. */
  readonly print: (lines: readonly string[]) => void;
  /** Writes a document as it came, with an indent of 2; on one line when `compact`. */
  readonly printJson: (document: unknown, layout?: "compact") => void;
}

export function openSession(world: World, { socketPath, quiet = false }: GlobalFlags): Session {
  const print = (lines: readonly string[]) => {
    world.stdout.write(lines.map((line) => `${escapeControls(line)}\n`).join(""));
  };
  return {
    client: new Client(
      httpTransport({ socketPaths: socketPaths({ socketPath, env: world.env, uid: world.uid }) }),
    ),
    elapsed: world.elapsed,
    readerGone: world.readerGone,
    say: (line) => {
      if (!quiet) {
        print([line]);
      }
    },
    print,
    printJson: (document, layout) => {
      world.stdout.write(`${escapeJson(JSON.stringify(document, null, layout === "compact" ? 0 : 2))}\n`);
    },
  };
}
