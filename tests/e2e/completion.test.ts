import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync } from "node:fs";
import { createServer } from "node:net";
import { dirname } from "node:path";
import { describe, expect, test, vi } from "vitest";
import { startAgent } from "./rig.js";
import { Sandbox } from "./sandbox.js";

const hasFish = spawnSync("fish", ["--version"]).status === 0;

/** What bash would put on the line, for each line that is being typed. */
async function completed(sandbox: Sandbox, ...lines: readonly string[]): Promise<string[][]> {
  const tries = lines.map(
    (line) => `
      COMP_LINE=${inSingleQuotes(line)}
      COMP_POINT=\${#COMP_LINE}
      _syncctl
      printf '%s\\n' "\${COMPREPLY[@]}" --`,
  );
  const { stdout, stderr, status } = await sandbox.sh(`
    source <(syncctl completion bash)
    compopt() { printf 'compopt %s\\n' "$*"; }
    ${tries.join("\n")}`);
  expect({ stderr, status }).toEqual({ stderr: "", status: 0 });
  return stdout
    .split("--\n")
    .slice(0, -1)
    .map((replies) => replies.split("\n").filter((reply) => reply !== ""));
}

/** The same where names are sure to come: again, for those whose agent was too busy to answer in time. */
async function named(sandbox: Sandbox, ...lines: readonly string[]): Promise<string[][]> {
  const replies = await completed(sandbox, ...lines);
  const unanswered = lines.filter((_, index) => replies[index]?.length === 0);
  if (unanswered.length === 0) {
    return replies;
  }
  const more = await named(sandbox, ...unanswered);
  return replies.map((reply) => (reply.length === 0 ? (more.shift() ?? []) : reply));
}

/** The words of a line, as bash hands them to a command. */
async function wordsOf(sandbox: Sandbox, line: string): Promise<string[]> {
  const { stdout } = await sandbox.sh(`printf '%s\\0' ${line}`);
  return stdout.split("\0").slice(0, -1);
}

function inSingleQuotes(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

describe("without an agent", () => {
  test("the verbs, the options and their values are completed", async () => {
    await using sandbox = new Sandbox();

    const [verbs, all, options, values, inline, short, shells] = await completed(
      sandbox,
      "syncctl sta",
      "syncctl ",
      "syncctl status --o",
      "syncctl list --quiet -o ",
      "syncctl list --output=j",
      "syncctl --socket-path /nowhere graph -o d",
      "syncctl completion ",
    );
    expect(verbs).toEqual(["start", "status"]);
    const { stdout } = await sandbox.syncctl("--help");
    expect(all).toEqual([...stdout.matchAll(/^ {2}([a-z]+) {2,}/gm)].map(([, name]) => name));
    expect(options).toEqual(["--output"]);
    expect(values).toEqual(["text", "json", "table"]);
    // Bash replaces only what comes after the "=".
    expect(inline).toEqual(["json"]);
    expect(short).toEqual(["dot"]);
    expect(shells).toEqual(["bash", "zsh", "fish"]);
  });

  test("a place for a unit stays empty, and a place for a path is left to bash", async () => {
    await using sandbox = new Sandbox();

    expect(
      await completed(sandbox, "syncctl start ", "syncctl start --timeout ", "syncctl list --socket-path /"),
    ).toEqual([[], [], ["compopt -o default"]]);
  });

  test("an agent that does not answer is not waited for", async () => {
    await using sandbox = new Sandbox();
    mkdirSync(dirname(sandbox.socketPath), { mode: 0o700 });
    const silent = createServer().listen(sandbox.socketPath);
    await once(silent, "listening");

    expect(await completed(sandbox, "syncctl start ")).toEqual([[]]);
    silent.close();
  });

  test("none is started for it", async () => {
    await using sandbox = new Sandbox();

    expect(
      await sandbox.start("syncctl", ["completion", "fish", "--", "start", ""], { SYNC_AUTOSTART: "1" })
        .result,
    ).toEqual({ stdout: "", stderr: "", status: 0 });
    expect((await sandbox.syncctl("ping")).status).toBe(69);
  });

  test("an unknown shell is refused", async () => {
    await using sandbox = new Sandbox();

    expect(await sandbox.syncctl("completion", "tcsh")).toMatchObject({ status: 64, stdout: "" });
  });
});

test("units are completed where units stand, and requirements after a colon", async () => {
  await using agent = await startAgent();
  await agent.client.want("web", [{ unit: "db" }, { unit: "db:started" }]);

  expect(await named(agent.sandbox, "syncctl start ", "syncctl want web ", "syncctl wait db:")).toEqual([
    ["db", "db:started", "web"],
    ["db", "db:started:completed"],
    ["started", "completed", "finished", "started:completed"],
  ]);
  expect(
    await completed(
      agent.sandbox,
      "syncctl --socket-path /nowhere start ",
      "syncctl start web d",
      "syncctl ping ",
    ),
  ).toEqual([[], [], []]);
});

describe("a hostile name", () => {
  const names = [
    "two words",
    "it's",
    'say "hi"',
    "a:b=c",
    "$(touch owned)",
    "`touch owned`",
    "; touch owned",
    "| touch owned",
    "*",
    "?[a-z]{1,2}",
    "back\\slash",
    "~",
    "#1",
    "bang!",
    "<&>",
    "-n\u00e9 \u{1f600}",
    "%s\\n",
  ];

  test("arrives as it is when bash has completed it, in each kind of quotes", async () => {
    await using agent = await startAgent();
    for (const [index, name] of names.entries()) {
      await agent.client.start(`${index} ${name}`);
    }

    for (const quote of ["", "'", '"']) {
      // What is typed so far is `0 `, `1 `, …: a space that is not quoted would end the word.
      const lineOf = (name: string) => {
        const index = names.indexOf(name);
        return `syncctl start ${quote === "" ? `${index}\\ ` : `${quote}${index} `}`;
      };
      const refused = names.filter((name) => (quote === "'" ? /'/ : quote === '"' ? /!/ : /\n/).test(name));
      expect((await completed(agent.sandbox, ...refused.map(lineOf))).flat()).toEqual([]);

      const offered = names.filter((name) => !refused.includes(name));
      const replies = await named(agent.sandbox, ...offered.map(lineOf));
      expect(replies.every(({ length }) => length === 1)).toBe(true);
      const line = replies.map(([reply]) => `${quote}${reply}${quote}`).join(" ");
      expect(await wordsOf(agent.sandbox, line)).toEqual(
        offered.map((name) => `${names.indexOf(name)} ${name}`),
      );
    }
    expect((await agent.sh("ls owned")).status).not.toBe(0);
  });

  test("that a line cannot hold, or that would be read as an option, is not offered", async () => {
    await using agent = await startAgent();
    for (const name of ["plain", "new\nline", "tab\there", "\u001b[31mred", "--force"]) {
      await agent.client.start(name);
    }

    expect(await named(agent.sandbox, "syncctl start ", "syncctl start -- ")).toEqual([
      ["plain"],
      ["--force", "plain"],
    ]);
  });

  test("is not evaluated when it is typed", async () => {
    await using agent = await startAgent();

    await completed(
      agent.sandbox,
      "syncctl start $(touch owned)",
      "syncctl start `touch owned` ",
      'syncctl "',
    );
    expect((await agent.sh("ls owned")).status).not.toBe(0);
  });

  test.skipIf(!hasFish)("arrives as it is in fish", async () => {
    await using agent = await startAgent();
    for (const name of names) {
      await agent.client.start(`x${name}`);
    }

    const typed = 'source; complete -C "syncctl start x"';
    // An agent that is too busy to answer in time is asked again.
    await vi.waitFor(async () => {
      const { stdout } = await agent.sh(`fish --no-config -c 'syncctl completion fish | ${typed}'`);
      const offered = stdout
        .trimEnd()
        .split("\n")
        .map((line) => line.split("\t")[0]);
      expect(new Set(offered)).toEqual(new Set(names.map((name) => `x${name}`)));
    }, 60_000);
  });
});
