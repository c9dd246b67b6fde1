import manifest from "../package.json" with { type: "json" };
import { closeLostTerminals } from "./lost-terminal.js";
import { openOutput } from "./output.js";
import { run } from "./run.js";

const isStandalone = process.versions["bun"] !== undefined;
/** The first is for us alone: `bin/syncctl.cjs` says by it how it was called. */
const { SYNC_PROGRAM, ...env } = process.env;
const readerGone = new AbortController();

/** Who pipes into `head` has read enough: that is no failure, and nothing to talk about. */
function onWriteError(error: unknown): void {
  readerGone.abort();
  if (error instanceof Error && "code" in error && error.code === "EPIPE") return;
  const why = error instanceof Error ? error.message : String(error);
  stderr.write(`error: cannot write the output: ${why}\n`);
  process.exitCode ||= 1;
}

const stdout = openOutput(1, onWriteError);
const stderr = openOutput(2, () => {});

// Only when nothing is left to do, for earlier it would cut off output. The system takes back what Node
// would otherwise free piece by piece.
process.once("beforeExit", () => {
  if (!isStandalone) closeLostTerminals();
  process.exit();
});

function ownPath(): string {
  return isStandalone ? (SYNC_PROGRAM ?? process.execPath) : (process.argv[1] ?? "");
}

async function main(): Promise<void> {
  const status = await run(process.argv.slice(2), {
    version: manifest.version,
    env,
    uid: process.getuid?.() ?? 0,
    parentPid: process.ppid,
    program: ownPath(),
    isStandalone,
    stdout,
    stderr,
    now: Date.now,
    elapsed: () => performance.now(),
    readerGone: readerGone.signal,
  });
  // What could not be written makes a success a failure, and leaves any other status as it is.
  process.exitCode = status || process.exitCode;
}

void main();
