// Writes man/<name>.1 of a package from the `--help` of its program and of every command of that.
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { basename, extname } from "node:path";

const [program = ""] = process.argv.slice(2);
const name = basename(program, extname(program));

/** The blocks of a help text: each begins where a line is not indented, and goes on to the next. */
function blocksOf(help) {
  const blocks = [];
  for (const line of help.trimEnd().split("\n")) {
    if (line !== "" && !line.startsWith(" ") && (blocks.length === 0 || blocks.at(-1).ended)) {
      blocks.push({ title: line, lines: [], ended: false });
    } else if (line !== "") {
      blocks.at(-1).lines.push(line);
    }
    blocks.at(-1).ended = line === "" || line.startsWith(" ");
  }
  return blocks;
}

/** `  term   description`, the description on as many lines as it needs. */
function entriesOf(lines) {
  const entries = [];
  for (const line of lines) {
    const [, term, description = ""] = /^ {2}(\S.*?)(?: {2,}(.*))?$/.exec(line) ?? [];
    if (term === undefined) {
      const last = entries.at(-1);
      last.description = `${last.description} ${line.trim()}`.trim();
    } else {
      entries.push({ term, description });
    }
  }
  return entries;
}

function helpOf(commands) {
  const env = { ...process.env, NO_COLOR: "1" };
  return blocksOf(
    execFileSync(process.execPath, [program, ...commands, "--help"], { encoding: "utf8", env }),
  );
}

/** Every command below these, with its help, in the order of the help. */
function commandsBelow(commands, blocks) {
  const list = blocks.find(({ title }) => title === "Commands:")?.lines ?? [];
  return entriesOf(list)
    .map(({ term }) => [...commands, term.split(" ")[0]])
    .filter((path) => path.at(-1) !== "help")
    .flatMap((path) => {
      const help = helpOf(path);
      return [{ path, help }, ...commandsBelow(path, help)];
    });
}

/** Nothing in it is a request or an escape of roff. */
const literal = (text) =>
  text.replaceAll("\\", "\\e").replaceAll("-", "\\-").replaceAll("'", "\\(aq").replace(/^\./, "\\&.");
const bold = (text) => `.B ${literal(text).replaceAll('"', "\\(dq")}`;

function blockRoff({ title, lines }, heading) {
  if (!isSection({ title })) {
    return [".PP", literal([title, ...lines].join(" "))];
  }
  const body =
    title === "Examples:"
      ? [".nf", ...lines.map((line) => literal(line.trimStart())), ".fi"]
      : entriesOf(lines).flatMap(({ term, description }) => [".TP", bold(term), literal(description)]);
  return [`${heading} ${literal(title.slice(0, -1).toUpperCase())}`, ...body];
}

const isSection = ({ title }) => title.endsWith(":");
/** Each has a section of its own. */
const withoutCommands = (blocks) => blocks.filter(({ title }) => title !== "Commands:");
const usageOf = ([{ title, lines }]) =>
  [title.replace(/^Usage: /, ""), ...lines.map((line) => line.trim())].join(" ");

const [usage, description, ...rest] = helpOf([]);
const version = execFileSync(process.execPath, [program, "--version"], { encoding: "utf8" }).trim();
const notes = rest.filter((block) => !isSection(block));
const page = [
  `.TH ${name.toUpperCase()} 1 "" "${name} ${version}"`,
  ".SH NAME",
  `${literal(name)} \\- ${literal(description.title.replace(/\.$/, ""))}`,
  ".SH SYNOPSIS",
  bold(usageOf([usage])),
  ...withoutCommands(rest)
    .filter(isSection)
    .flatMap((block) => blockRoff(block, ".SH")),
  ".SH COMMANDS",
  ...commandsBelow([], rest).flatMap(({ path, help }) => [
    `.SS "${literal(path.join(" "))}"`,
    bold(usageOf(help)),
    ...withoutCommands(help.slice(1)).flatMap((block) =>
      isSection(block)
        ? [".PP", `.I ${literal(block.title)}`, ...blockRoff(block, "").slice(1)]
        : blockRoff(block, ""),
    ),
  ]),
  ...(notes.length === 0 ? [] : [".SH NOTES", ...notes.flatMap((block) => blockRoff(block, ""))]),
].join("\n");

mkdirSync("man", { recursive: true });
writeFileSync(`man/${name}.1`, `${page}\n`);
