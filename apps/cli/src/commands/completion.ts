import { socketPaths, type UnitRow } from "@sync/protocol";
import { Client, httpTransport } from "@sync/protocol/client";
import type { Command } from "commander";
import { bashReplies, readBashLine } from "../completion/bash.js";
import { type Candidate, type Completion, completionOf } from "../completion/candidates.js";
import { type Shell, scripts } from "../completion/scripts.js";
import { UsageError } from "../usage-error.js";
import type { World } from "../world.js";

/** Who has pressed a key does not wait for an agent. */
const patienceMs = 300;

/** Prints a shell's script; or, with words of a line that is being typed, what may come next. */
export async function completion(
  world: World,
  program: Command,
  shell: string | undefined,
  words: readonly string[],
): Promise<void> {
  if (shell === undefined || !isShell(shell)) {
    throw new UsageError(
      `the shell is one of ${Object.keys(scripts).join(", ")}`,
      "source <(syncctl completion bash)",
    );
  }
  world.stdout.write(words.length === 0 ? scripts[shell] : await answer(world, program, shell, words));
}

async function answer(
  world: World,
  program: Command,
  shell: Shell,
  words: readonly string[],
): Promise<string> {
  const ask = (socketPath: string | undefined) => askUnits(world, socketPath);
  if (shell !== "bash") {
    return linesOf(await completionOf(program, words, ask));
  }
  const [line = "", wordBreaks = ""] = words;
  const typed = readBashLine(line, wordBreaks);
  const found = await completionOf(program, typed.words.slice(1), ask);
  return linesOf(found === "files" ? found : bashReplies(found, typed));
}

/** Never starts an agent: to press a key is not to ask for one. */
async function askUnits({ env, uid }: World, socketPath: string | undefined): Promise<UnitRow[]> {
  const client = new Client(httpTransport({ socketPaths: socketPaths({ socketPath, env, uid }) }));
  return client.list({ signal: AbortSignal.timeout(patienceMs) }).catch(() => []);
}

function linesOf(found: Completion): string {
  return found === "files" ? "files\n" : found.map(lineOf).join("");
}

function lineOf({ value, description }: Candidate): string {
  return `${value}\t${description}\n`;
}

function isShell(text: string): text is Shell {
  return Object.hasOwn(scripts, text);
}
