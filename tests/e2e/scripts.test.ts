import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { type RunningAgent, startAgent } from "./rig.js";

/** What the scripts have appended to the file `log` of their directory. */
function logOf({ sandbox }: RunningAgent): string[] {
  return readFileSync(join(sandbox.directory, "log"), "utf8").trimEnd().split("\n");
}

describe.each(["bash", "dash"] as const)("in %s", (shell) => {
  test("two scripts that know nothing of each other run in order", async () => {
    await using agent = await startAgent();
    const claude = agent.startScript(
      "set -eu; syncctl want claude git; syncctl start claude; echo claude >> log; syncctl complete claude",
      shell,
    );
    await claude.line("is waiting for dependencies to be satisfied: [git]");

    const git = await agent.sh("trap 'syncctl complete git' EXIT; syncctl start git; echo git >> log", shell);

    expect(git.status).toBe(0);
    expect((await claude.result).status).toBe(0);
    expect(logOf(agent)).toEqual(["git", "claude"]);
  });

  test("a trap set before a start that times out releases nobody", async () => {
    await using agent = await startAgent();
    await agent.client.want("after", [{ unit: "X" }]);

    const script = `trap 'syncctl complete X' EXIT
      syncctl want X A B
      syncctl start X --timeout 10ms || exit 1
      echo worked >> log`;
    const { status, stderr } = await agent.sh(script, shell);

    expect(status).toBe(1);
    expect(stderr).toContain("error: timeout waiting for dependencies of unit 'X'\n");
    expect(stderr).toContain("error: complete unit failed: ");
    expect(await agent.client.status("X")).toMatchObject({ status: "pending" });
    expect(await agent.client.status("after")).toMatchObject({ status: "pending", is_ready: false });
  });

  test("a trap set before a start whose dependency fails releases nobody", async () => {
    await using agent = await startAgent();
    await agent.client.want("after", [{ unit: "X" }]);
    const script = agent.startScript(
      "set -e; trap 'syncctl complete X' EXIT; syncctl want X A B; syncctl start X; echo worked >> log",
      shell,
    );
    await script.line("is waiting");

    await agent.sh("syncctl start A; syncctl fail A --reason broken", shell);

    const { status, stderr } = await script.result;
    expect(status).toBe(1);
    expect(stderr).toContain('root cause: "A" failed');
    expect(await agent.client.status("X")).toMatchObject({ status: "skipped" });
    expect(await agent.client.status("after")).toMatchObject({ status: "skipped" });
  });

  test("a trap on the exit status tells success from failure", async () => {
    await using agent = await startAgent();
    const script = (unit: string, work: string) =>
      `trap 'syncctl finish ${unit} --status $?' EXIT; syncctl start ${unit}; ${work}`;

    const [good, bad] = await Promise.all([
      agent.sh(script("good", "true"), shell),
      agent.sh(script("bad", "exit 3"), shell),
    ]);

    expect([good.status, bad.status]).toEqual([0, 3]);
    expect(await agent.client.status("good")).toMatchObject({ status: "completed" });
    expect(await agent.client.status("bad")).toMatchObject({ status: "failed", reason: "exit 3" });
  });

  test("a script that completes only what it has started is right either way", async () => {
    await using agent = await startAgent();
    await agent.client.want("late", [{ unit: "never" }]);
    const script = (unit: string) => `
      SYNC_STARTED=0
      if syncctl start ${unit} --timeout 10ms; then
        SYNC_STARTED=1
      fi
      cleanup_sync() {
        if [ "$SYNC_STARTED" -eq 1 ]; then
          syncctl complete ${unit}
        fi
      }
      trap cleanup_sync EXIT
      echo ${unit} >> log`;

    expect((await agent.sh(script("early"), shell)).stderr).toBe("");
    const late = await agent.sh(script("late"), shell);

    expect(late.stdout).not.toContain("Success");
    expect(logOf(agent)).toEqual(["early", "late"]);
    expect(await agent.client.status("early")).toMatchObject({ status: "completed" });
    expect(await agent.client.status("late")).toMatchObject({ status: "pending" });
  });

  test("a guarded call never ends a script, with or without an agent", async () => {
    await using agent = await startAgent();
    const script = `set -eu
      export SYNC_SOCKET_PATH=/nowhere/agent.sock
      syncctl want app db > /dev/null 2>&1 || echo "not declared, going on"
      syncctl start app 2>/dev/null || true
      if command -v syncctl > /dev/null 2>&1; then echo found; fi
      syncctl complete app 2>/dev/null || true
      echo done`;

    const { stdout, stderr, status } = await agent.sh(script, shell);

    expect({ stdout, stderr, status }).toEqual({
      stdout: "not declared, going on\nfound\ndone\n",
      stderr: "",
      status: 0,
    });
  });
});

test("dependencies come from a list with commas", async () => {
  await using agent = await startAgent();
  const script = `set -euo pipefail
    UNIT_NAME="my-app"
    DEPENDENCIES="git-clone, env-setup,,database-migration "
    if [ -n "$DEPENDENCIES" ]; then
      IFS=',' read -ra DEPS <<< "$DEPENDENCIES"
      for dep in "\${DEPS[@]}"; do
        dep=$(echo "$dep" | xargs)
        if [ -n "$dep" ]; then
          syncctl want "$UNIT_NAME" "$dep"
        fi
      done
    fi
    syncctl start "$UNIT_NAME" --timeout 10m
    syncctl complete "$UNIT_NAME"`;
  const app = agent.startScript(script);
  await app.line("is waiting for dependencies to be satisfied: [database-migration, env-setup, git-clone]");

  const others = ["git-clone", "env-setup", "database-migration"].map((unit) =>
    agent.sh(`syncctl start ${unit} && syncctl complete ${unit}`),
  );

  expect((await Promise.all(others)).map(({ status }) => status)).toEqual([0, 0, 0]);
  expect((await app.result).status).toBe(0);
  expect(await agent.client.status("my-app")).toMatchObject({ status: "completed" });
});

test("set -euo pipefail ends a script at a start that fails", async () => {
  await using agent = await startAgent();
  await agent.client.want("X", [{ unit: "A" }]);

  const { status } = await agent.sh(
    "set -euo pipefail; syncctl start X --timeout 10ms | cat; echo on >> log",
  );

  expect(status).toBe(124);
  expect(() => logOf(agent)).toThrow("ENOENT");
});

// Five layers of six scripts; each needs all of the layer before.
test("thirty scripts at once, in any order, run layer by layer", async () => {
  await using agent = await startAgent();
  const layers = Array.from({ length: 5 }, (_, layer) =>
    Array.from({ length: 6 }, (_, index) => `l${layer}-${index}`),
  );
  const scripts = layers.flatMap((units, layer) =>
    units.map((unit) => {
      const needs = layers[layer - 1]?.join(" ");
      return `set -eu
        trap 'syncctl finish ${unit} --status $?' EXIT
        ${needs === undefined ? "" : `syncctl want ${unit} ${needs}`}
        syncctl start ${unit}
        echo ${unit} >> log`;
    }),
  );
  writeFileSync(join(agent.sandbox.directory, "log"), "");

  // The last layer comes first, so that nearly everybody has to wait.
  const results = await Promise.all(scripts.toReversed().map((script) => agent.sh(script)));

  expect(results.filter(({ status }) => status !== 0)).toEqual([]);
  const ran = logOf(agent);
  expect(ran).toHaveLength(30);
  expect(ran.map((unit) => unit.split("-")[0])).toEqual(
    layers.flatMap((units, layer) => units.map(() => `l${layer}`)),
  );
  expect((await agent.client.list()).map(({ status }) => status)).toEqual(ran.map(() => "completed"));
});
