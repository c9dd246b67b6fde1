import type { UnitRow } from "@sync/protocol";
import type { Command, Option } from "commander";
import { parseUnitRequirement, requirements } from "../names.js";
import { escapeControls } from "../render/escape.js";
import { type CommandLine, readCommandLine } from "./command-line.js";

export interface Candidate {
  readonly value: string;
  /** In a word or two, on one line. */
  readonly description: string;
}

/** What may stand in a place; "files" where the shell knows better. */
export type Completion = readonly Candidate[] | "files";

/** Asks for the units; told the socket path that the command line names. */
export type AskUnits = (socketPath: string | undefined) => Promise<readonly UnitRow[]>;

/**
 * What may stand in the last of these words, by what `--help` says: the verbs, the options and their choices,
 * and the placeholders (`<unit>`, `<unit[:requirement]>`, `<a|b>`, `<path>`). Not narrowed to what is typed.
 */
export async function completionOf(
  program: Command,
  words: readonly string[],
  askUnits: AskUnits,
): Promise<Completion> {
  const line = readCommandLine(program, words.slice(0, -1));
  const current = words.at(-1) ?? "";
  const units = async (typed: string, form: UnitForm) =>
    unitCandidates(await askUnits(line.socketPath), typed, form, line);

  if (line.optionInWant !== undefined) {
    return optionValues(line.optionInWant, current, units);
  }
  if (current.startsWith("-") && !line.optionsEnded) {
    return inlineOption(line.command, current, units);
  }
  if (line.command === program && line.operands.length === 0) {
    return verbCandidates(program);
  }
  return valuesOf(operandAt(line.command, line.operands.length), current, units);
}

type UnitForm = "name" | "requirement";
type UnitsFor = (typed: string, form: UnitForm) => Promise<readonly Candidate[]>;

function verbCandidates(program: Command): Candidate[] {
  return program
    .createHelp()
    .visibleCommands(program)
    .map((command) => ({ value: command.name(), description: command.summary() || command.description() }));
}

/** An option's name, or its value when that is written as `--output=json`. */
async function inlineOption(command: Command, current: string, units: UnitsFor): Promise<Completion> {
  const options = command.createHelp().visibleOptions(command);
  const equals = current.indexOf("=");
  if (equals === -1) {
    return options.map(({ long, short, description }) => ({ value: long ?? short ?? "", description }));
  }
  const named = options.find(({ long }) => long === current.slice(0, equals));
  const values = named === undefined ? [] : await optionValues(named, current.slice(equals + 1), units);
  return values === "files"
    ? values
    : values.map(({ value, description }) => ({
        value: `${current.slice(0, equals)}=${value}`,
        description,
      }));
}

async function optionValues(
  { argChoices, flags }: Option,
  typed: string,
  units: UnitsFor,
): Promise<Completion> {
  return argChoices === undefined
    ? valuesOf(/[<[].*$/.exec(flags)?.[0], typed, units)
    : argChoices.map((value) => ({ value, description: "" }));
}

async function valuesOf(
  placeholder: string | undefined,
  typed: string,
  units: UnitsFor,
): Promise<Completion> {
  if (placeholder === undefined) {
    return [];
  }
  if (placeholder.includes("[:")) {
    return units(typed, "requirement");
  }
  const words: readonly string[] = placeholder.match(/[a-z]+/g) ?? [];
  if (placeholder.includes("|")) {
    return words.map((value) => ({ value, description: "" }));
  }
  if (words.includes("unit")) {
    return units(typed, "name");
  }
  return words.some((word) => ["path", "command", "args"].includes(word)) ? "files" : [];
}

/** The placeholder of the usage line at this place. */
function operandAt(command: Command, index: number): string | undefined {
  const withoutOptions = command.usage().replace(/\[options\]|--?[a-z][a-z-]* <[^>]*>|\[--\]|--/g, "");
  const placeholders = withoutOptions.split(" ").filter((word) => word !== "");
  const last = placeholders.at(-1);
  return placeholders[index] ?? (last?.includes("...") ? last : undefined);
}

/** Names that a line or a terminal would not show as they are cannot be offered. */
function unitCandidates(
  units: readonly UnitRow[],
  typed: string,
  form: UnitForm,
  { operands, optionsEnded }: CommandLine,
): Candidate[] {
  return units
    .filter(({ unit_name }) => !operands.includes(unit_name))
    .filter(({ unit_name }) => escapeControls(unit_name) === unit_name)
    .filter(({ unit_name }) => optionsEnded || !unit_name.startsWith("-"))
    .flatMap(({ unit_name, status }) => [
      { value: form === "name" ? unit_name : unambiguous(unit_name), description: status },
      ...(form === "requirement" && typed.startsWith(`${unit_name}:`)
        ? requirements.map((word) => ({ value: `${unit_name}:${word}`, description: status }))
        : []),
    ]);
}

/** A unit called `db:started` has to be asked for with its requirement. */
function unambiguous(name: string): string {
  return parseUnitRequirement(name).requirement === undefined ? name : `${name}:completed`;
}
