import { errors, exitStatus, routes } from "@sync/protocol";
import { describe, expect, it } from "vitest";
import { type Document, headingTexts, readDocument } from "./support/document.js";
import { Session } from "./support/session.js";

const errorsPage = readDocument("docs/errors.md");
const apiPage = readDocument("docs/http-api.md");

describe("docs/errors.md", () => {
  it("has every error code once, in the order of the code, with its HTTP status and exit status", () => {
    const rows = rowsOf(errorsPage, "code").map(([code, status, exit]) => [code, status, exit]);
    const codes = Object.entries(errors).map(([code, { status, exit }]) => [
      `\`${code}\``,
      status === null ? "–" : String(status),
      String(exit),
    ]);
    expect(rows).toEqual(codes);
  });
});

describe("docs/http-api.md", () => {
  it("has every route once, with its method and path", () => {
    const rows = rowsOf(apiPage, "name").map(([name, route]) => [name, route]);
    const expected = Object.entries(routes).map(([name, { method, path }]) => [
      `\`${name}\``,
      `\`${method} ${path}\``,
    ]);
    expect(rows).toEqual(expected);
  });

  it("has a section about every route, and about no other", () => {
    const paths = headingTexts(apiPage).flatMap(expandPaths);
    expect(paths.toSorted()).toEqual(
      Object.values(routes)
        .map(({ method, path }) => `${method} ${path}`)
        .toSorted(),
    );
  });
});

it("docs/http-api.md has every metric that an agent tells", async () => {
  await using session = new Session();
  await session.startAgent();
  const { output } = await session.runModule(`
    import { socketPaths } from "@sync/protocol";
    import { createClient } from "@sync/protocol/client";
    const client = createClient({ socketPaths: socketPaths({ env: process.env, uid: process.getuid() }) });
    console.log(await client.metrics());
    await client.close();
  `);
  const told = Array.from(output.matchAll(/^# TYPE (\S+)/gm), ([, name]) => `\`${name}\``);
  expect(told.length).toBeGreaterThan(0);
  expect(rowsOf(apiPage, "metric").map(([name]) => name)).toEqual(told);
});

describe.each(["README.md", "docs/failure-semantics.md", "apps/cli/README.md"])(
  "the table of exit codes in %s",
  (path) => {
    it("has every exit status there is", () => {
      const codes = tablesOf(readDocument(path)).find(
        ([head, first]) => head?.[0] === "code" && first?.[0] === "0",
      );
      const numbers = codes?.flatMap(([code]) => (/^\d+$/.test(code ?? "") ? [Number(code)] : []));
      expect(numbers).toEqual(Object.values(exitStatus));
    });
  },
);

it("the tables of verbs have every verb of the help, and no other", async () => {
  await using session = new Session();
  const { output } = await session.runShell("syncctl --help");
  const verbs = Array.from(output.matchAll(/^ {2}([a-z]+) {2,}/gm), ([, verb]) => verb);
  const expected = new Set(verbs.filter((verb) => verb !== "help"));
  expect(expected.size).toBeGreaterThan(10);
  for (const path of ["README.md", "apps/cli/README.md"]) {
    const cells = rowsOf(readDocument(path), "verb").map(([cell = ""]) => cell);
    const named = cells.flatMap((cell) => Array.from(cell.matchAll(/`([a-z]+)/g), ([, verb]) => verb));
    expect(new Set(named), path).toEqual(expected);
  }
});

/** "`POST /v1/units/:unit/complete`, `/fail` and `/reset`" is about three routes. */
function expandPaths(title: string): string[] {
  const [first, ...others] = Array.from(title.matchAll(/`((?:[A-Z]+ )?\/[^`]+)`/g), ([, path = ""]) => path);
  return first === undefined ? [] : [first, ...others.map((last) => first.replace(/\/[^/]+$/, last))];
}

/** The rows of the first table whose first column has this title. */
function rowsOf(document: Document, title: string): string[][] {
  const table = tablesOf(document).find(([head]) => head?.[0] === title);
  return table?.slice(1) ?? [];
}

/** Each table as rows of cells, its head first. */
function tablesOf({ tokens }: Document): string[][][] {
  return tokens.flatMap((token) => {
    if (token.type !== "table") {
      return [];
    }
    const rows = token.raw.trim().split("\n");
    return [
      rows
        .filter((_, index) => index !== 1)
        .map((row) =>
          row
            .slice(1, -1)
            .split("|")
            .map((cell) => cell.trim()),
        ),
    ];
  });
}
