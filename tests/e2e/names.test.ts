import { expect, test } from "vitest";
import { startAgent } from "./rig.js";

const names = [
  "a/b",
  "100%",
  "%2F",
  "..",
  ".",
  "../../v1/ping",
  "what?",
  "#1",
  'say "hi"',
  "it's",
  "two words",
  " ",
  "C:\\dir",
  "日本語",
  "👨‍👩‍👧",
  "é",
  "e\u0301",
  "line\nbreak",
  "red\u001b[31m",
  "\u202etxt",
  "\u009b\u007f",
  "__proto__",
];

test("any name comes back as it was, through the command line, HTTP and JSON", async () => {
  await using agent = await startAgent();

  for (const name of names) {
    expect((await agent.syncctl("want", name, `needed by ${name}`)).status).toBe(0);
  }

  const { stdout } = await agent.syncctl("list", "-o", "json");
  const printed: { unit_name: string }[] = JSON.parse(stdout);
  const wanted = names.flatMap((name) => [name, `needed by ${name}`]);
  expect(printed.map(({ unit_name }) => unit_name).sort()).toEqual(wanted.sort());
  for (const name of names) {
    expect(await agent.client.status(name)).toMatchObject({
      unit_name: name,
      dependencies: [{ depends_on: `needed by ${name}` }],
    });
  }
});

test("a name that begins with a dash is given after two dashes", async () => {
  await using agent = await startAgent();

  expect((await agent.syncctl("start", "--", "-q")).stdout).toBe('Unit "-q" started with no dependencies\n');
  expect((await agent.syncctl("start", "-x")).status).toBe(64);
});

test("nothing in a name or a reason reaches a terminal", async () => {
  await using agent = await startAgent();
  const evil = "\u001b[2J\u009b31m\u202e\u2028\u007f\n";
  await agent.client.want("A", [{ unit: evil }]);
  await agent.client.start(evil);
  await agent.client.fail(evil, { reason: evil });

  const results = await Promise.all(
    [
      ["list"],
      ["list", "-o", "json"],
      ["graph"],
      ["graph", "-o", "dot"],
      ["graph", "-o", "mermaid"],
      ["status", evil],
      ["status", "A"],
      ["status", "A", "-o", "json"],
      ["want", "A", evil],
      ["start", "A"],
      ["fail", evil],
      ["complete", `${evil}${evil}`],
      ["wait", "A"],
      ["ping", "--socket-path", evil],
      [evil],
    ].map((args) => agent.syncctl(...args)),
  );

  for (const { stdout, stderr } of results) {
    expect(`${stdout}${stderr}`.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/u);
  }
});

test("an empty name is refused before any agent is asked", async () => {
  await using agent = await startAgent();

  for (const args of [
    ["want", "", "A"],
    ["want", "A", ":started"],
    ["start", ""],
    ["complete", ""],
    ["fail", ""],
    ["reset", ""],
    ["finish", "", "--status", "0"],
    ["status", ""],
    ["wait", ""],
  ]) {
    const { stderr, status } = await agent.syncctl(...args, "--socket-path", "/nowhere/agent.sock");
    expect({ args, status }).toEqual({ args, status: 64 });
    expect(stderr).toContain("unit name is required");
  }
});

test("a name may have 1 024 bytes and no more", async () => {
  await using agent = await startAgent();

  for (const name of ["x".repeat(1024), "é".repeat(512)]) {
    expect((await agent.syncctl("start", name)).status).toBe(0);
  }
  for (const name of ["x".repeat(1025), `${"é".repeat(512)}x`]) {
    expect((await agent.syncctl("start", name)).status).toBe(64);
    expect((await agent.syncctl("want", "A", name)).status).toBe(64);
  }
  expect(await agent.client.list()).toHaveLength(2);
});

test("what is not UTF-8 is refused, for it would be another name, or another argument", async () => {
  await using agent = await startAgent();

  for (const line of ["start $'n\\xe9'", "want A $'n\\xe9:started'", "run A -- touch $'n\\xe9'"]) {
    const { stderr, status } = await agent.sh(`syncctl ${line}`);
    expect({ line, status }).toEqual({ line, status: 64 });
    expect(stderr).toMatch(
      /^error: (unit name|argument of the command) is not valid UTF-8, or has U\+FFFD in it: "n.*"\n/,
    );
  }
  expect(await agent.client.list()).toEqual([]);
});
