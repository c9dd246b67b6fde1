import { appendFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Copy } from "./copy.js";

interface Plan {
  readonly tasks: readonly { readonly taskId: string; readonly hash: string; readonly command: string }[];
}

let copy: Copy;

beforeAll(() => {
  copy = new Copy();
});
afterAll(() => copy[Symbol.dispose]());

describe("what is done again after a change", () => {
  it("is nothing when nothing has changed", () => {
    expect(redone(() => {})).toEqual([]);
  });

  it("is one build for the CLI, and no build of what it does not concern", () => {
    const tasks = redone(() => change("apps/cli/src/main.ts"));
    expect(tasks.filter((task) => task.endsWith("#build"))).toEqual(["@sync/cli#build"]);
    expect(tasks).toContain("@sync/e2e#test");
    expect(tasks).toContain("@sync/docs-tests#test");
    expect(tasks).not.toContain("@sync/agent#test");
  });

  it("is, for the graph, the build of all that contains it", () => {
    const tasks = redone(() => change("packages/graph/src/index.ts"));
    expect(tasks.filter((task) => task.endsWith("#build"))).toEqual([
      "@sync/agent#build",
      "@sync/graph#build",
      "@sync/manager#build",
    ]);
    expect(tasks).toContain("@sync/e2e#test");
    expect(tasks).not.toContain("@sync/cli#test");
  });

  it("is the agent's build for its bin", () => {
    expect(redone(() => change("apps/agent/bin/sync-agent.cjs"))).toContain("@sync/agent#build");
  });

  it("is no build for a test, nor for a README", () => {
    const tasks = redone(() => {
      change("packages/graph/test/graph.test.ts");
      change("packages/graph/README.md");
    });
    expect(tasks.filter((task) => task.endsWith("#build"))).toEqual([]);
    expect(tasks).toContain("@sync/graph#test");
    expect(tasks).toContain("@sync/docs-tests#test");
    expect(tasks).toContain("@sync/package-tests#test");
  });

  it.each(["README.md", "docs/guide.md", "examples/git-and-claude/git.sh"])(
    "is the test of the documents for %s",
    (path) => {
      expect(redone(() => change(path))).toEqual(["@sync/docs-tests#test"]);
    },
  );

  it("is the test of releases for a manifest and for a changeset", () => {
    expect(redone(() => change("packages/graph/package.json"))).toContain("@sync/workspace-tests#test");
    expect(redone(() => change(".changeset/config.json"))).toContain("@sync/workspace-tests#test");
  });

  it("is every lint for the linters' settings", () => {
    const all = hashes();
    const tasks = redone(() => change("biome.json"));
    const lints = [...all.keys()].filter((task) => task.endsWith("#lint"));
    expect(tasks).toEqual(expect.arrayContaining(lints));
  });
});

function change(path: string): void {
  appendFileSync(`${copy.path}/${path}`, "\n");
}

/** The tasks whose result can be another after the change. */
function redone(make: () => void): string[] {
  const before = hashes();
  make();
  return [...hashes()].flatMap(([task, hash]) => (before.get(task) === hash ? [] : [task])).toSorted();
}

function hashes(): Map<string, string> {
  const output = copy.run("turbo", "run", "build", "typecheck", "lint", "test", "--dry=json");
  const { tasks }: Plan = JSON.parse(output);
  const real = tasks.filter(({ command }) => command !== "<NONEXISTENT>");
  return new Map(real.map(({ taskId, hash }) => [taskId, hash]));
}
