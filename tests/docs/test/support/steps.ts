import type { Block, Document } from "./document.js";

/** What of a document is run at once, and what it shows as the output. */
export interface Step {
  readonly line: number;
  readonly kind: "shell" | "module";
  readonly source: string;
  /** What is run before it without being shown. */
  readonly before: string | undefined;
  readonly expected: Block | undefined;
}

/** What is run of a document, in order. JavaScript blocks that follow each other are one module. */
export function stepsOf({ blocks, path }: Document): Step[] {
  const steps: Step[] = [];
  let joinable = false;
  for (const [index, block] of blocks.entries()) {
    const previous = steps.at(-1);
    const kind = kindOf(block, path);
    if (kind === undefined) {
      joinable &&= isOutput(block);
      continue;
    }
    if (kind === "module" && previous?.kind === "module" && joinable) {
      steps.splice(-1, 1, {
        ...previous,
        source: `${previous.source}\n${block.text}`,
        before: beforeOf(block) ?? previous.before,
      });
      continue;
    }
    const next = blocks[index + 1];
    steps.push({
      line: block.line,
      kind,
      source: block.text,
      before: beforeOf(block),
      expected: next !== undefined && isOutput(next) ? next : undefined,
    });
    joinable = true;
  }
  return steps;
}

function kindOf(block: Block, path: string): Step["kind"] | undefined {
  if (isMarkedOut(block) || isInstallation(block)) {
    return undefined;
  }
  if (/\bnpm (install|test|run)\b/.test(block.text)) {
    throw new Error(`${path}:${block.line}: a test may not install from the registry, nor start the tests`);
  }
  switch (block.language) {
    case "sh":
      return "shell";
    case "js":
      return "module";
    case "text":
    case "json":
    case "mermaid":
      return undefined;
    default:
      throw new Error(`${path}:${block.line}: nothing runs a block in "${block.language}"`);
  }
}

function isMarkedOut({ marker }: Block): boolean {
  return marker !== undefined && marker.kind !== "also run";
}

/** Needs no marker to say why it is not run: the registry may not have the packages yet. */
function isInstallation({ language, text }: Block): boolean {
  return language === "sh" && text.split("\n").every((line) => line.startsWith("npm install "));
}

function isOutput({ language, marker }: Block): boolean {
  return (language === "text" || language === "json") && marker === undefined;
}

function beforeOf({ marker }: Block): string | undefined {
  return marker?.kind === "also run" ? marker.value : undefined;
}
