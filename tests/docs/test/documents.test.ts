import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { documentPaths } from "./support/catalogue.js";
import { readDocument, root } from "./support/document.js";
import { brokenLinks } from "./support/links.js";
import { normaliseJson, normaliseText, patternOf } from "./support/normalise.js";
import { Session } from "./support/session.js";
import { type Step, stepsOf } from "./support/steps.js";

const documents = documentPaths().map(readDocument);
const runnable = documents.filter((document) => stepsOf(document).length > 0);
const hasCurl = spawnSync("curl", ["--version"]).status === 0;

describe.each(runnable)("$path", (document) => {
  const steps = stepsOf(document);
  const startsAgent = steps.some(({ source }) => /^sync-agent\b/m.test(source));
  let session: Session;

  beforeAll(async () => {
    session = new Session();
    if (!startsAgent && steps.length > 0) {
      await session.startAgent();
    }
  });
  afterAll(() => session[Symbol.asyncDispose]());

  for (const step of steps) {
    const isCurl = /\bcurl\b/.test(step.source);
    it.skipIf(isCurl && !hasCurl)(`does at line ${step.line} what it shows`, async () => {
      if (step.before !== undefined) {
        expect(await session.runShell(step.before)).toMatchObject({ status: 0 });
      }
      await (step.kind === "shell" ? runShell(session, step) : runModule(session, step));
    });
  }

  const copies = document.blocks.filter(({ marker }) => marker?.kind === "same as");
  it.each(copies)("shows at line $line the file as it is", ({ text, marker }) => {
    expect(text).toBe(readFileSync(`${root}${marker?.value}`, "utf8").trimEnd());
  });
});

it.each(documents)("$path names only places that there are", (document) => {
  expect(brokenLinks(document)).toEqual([]);
});

describe("the blocks that are not run", () => {
  it("are few", () => {
    const marked = documents.flatMap(({ path, blocks }) =>
      blocks.flatMap(({ line, marker }) =>
        marker?.kind.startsWith("not ") ? [`${path}:${line} ${marker.kind}: ${marker.value}`] : [],
      ),
    );
    expect(marked.length, marked.join("\n")).toBeLessThanOrEqual(12);
  });
});

async function runShell(session: Session, { source, expected }: Step): Promise<void> {
  const { status, output } = await session.runShell(source);
  expect(status, output).toBe(0);
  if (expected?.language === "json") {
    expect(normaliseJson(output)).toEqual(normaliseJson(expected.text));
  } else if (expected !== undefined && /^\.\.\.$/m.test(expected.text)) {
    expect(normaliseText(output)).toMatch(patternOf(expected.text));
  } else if (expected !== undefined) {
    expect(normaliseText(output)).toBe(normaliseText(expected.text));
  }
}

/** In a module, a comment says what its line prints, or with which error it throws. */
async function runModule(session: Session, { source }: Step): Promise<void> {
  const { status, output } = await session.runModule(source);
  const thrown = /\/\/ (\w*Error: .+)$/m.exec(source)?.[1];
  if (thrown === undefined) {
    expect(status, output).toBe(0);
    const printed = Array.from(source.matchAll(/console\.log\(.*\/\/ (.+)$/gm), ([, text]) => text);
    expect(output.trimEnd()).toBe(printed.join("\n"));
  } else {
    expect(status).toBe(1);
    expect(output).toContain(thrown);
  }
}
