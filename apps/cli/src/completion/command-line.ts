import type { Command, Option } from "commander";

/** What the finished words of a command line say about the next one. */
export interface CommandLine {
  /** The verb's, or the program's own while there is none. */
  readonly command: Command;
  readonly operands: readonly string[];
  /** The option whose value comes next. */
  readonly optionInWant: Option | undefined;
  /** After `--`, nothing is an option. */
  readonly optionsEnded: boolean;
  readonly socketPath: string | undefined;
}

/** Reads words as the parser would, but takes every line, however unfinished or wrong. */
export function readCommandLine(program: Command, words: readonly string[]): CommandLine {
  let command = program;
  let optionInWant: Option | undefined;
  let optionsEnded = false;
  let socketPath: string | undefined;
  const operands: string[] = [];
  for (const word of words) {
    if (optionInWant !== undefined) {
      socketPath = optionInWant.long === "--socket-path" ? word : socketPath;
      optionInWant = undefined;
    } else if (word === "--") {
      optionsEnded = true;
    } else if (word.startsWith("-") && !optionsEnded) {
      socketPath = /^--socket-path=(.*)$/s.exec(word)?.[1] ?? socketPath;
      optionInWant = optionWithValue(command, word);
    } else {
      const verb = command === program ? program.commands.find((known) => known.name() === word) : undefined;
      if (verb === undefined) {
        operands.push(word);
      } else {
        command = verb;
      }
    }
  }
  return { command, operands, optionInWant, optionsEnded, socketPath };
}

function optionWithValue(command: Command, word: string): Option | undefined {
  return command.options.find(
    ({ long, short, required, optional }) => (required || optional) && (word === long || word === short),
  );
}
