import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import type { Child } from "../child.js";
import { Sandbox } from "../sandbox.js";

const example = fileURLToPath(new URL("../../../examples/container", import.meta.url));

/** Runs the entrypoint as the first process of a container: alone with its children, which end with it. */
function contain(sandbox: Sandbox, command: readonly string[] = [], shell: "bash" | "dash" = "dash"): Child {
  const words = command.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(" ");
  return sandbox.startScript(
    `exec unshare --pid --fork --kill-child --mount-proc ${shell} '${example}/entrypoint.sh' ${words}`,
  );
}

/** Sends a signal to the first process in there, as an engine does. */
async function signal(container: Child, name: "TERM" | "INT" | "HUP"): Promise<void> {
  const first = readFileSync(`/proc/${container.pid}/task/${container.pid}/children`, "utf8").trim();
  process.kill(Number(first), `SIG${name}`);
}

/** The line of the Dockerfile that says how the container is. */
function healthCheck(): string {
  const dockerfile = readFileSync(join(example, "Dockerfile"), "utf8");
  return /^HEALTHCHECK .*? CMD (.*)$/m.exec(dockerfile)?.[1] ?? "";
}

describe("a container", () => {
  test.each([
    ["exit 0", 0],
    ["exit 7", 7],
    ["kill -KILL $$", 137],
  ])("ends as its command does: %s", async (line, expected) => {
    await using sandbox = new Sandbox();
    const { status, stderr } = await contain(sandbox, ["sh", "-c", `syncctl ping && ${line}`]).result;
    expect(status, stderr).toBe(expected);
    expect(existsSync(sandbox.socketPath)).toBe(false);
  });

  test("says that there is no such command, as a shell does", async () => {
    await using sandbox = new Sandbox();
    expect((await contain(sandbox, ["no-such-command"]).result).status).toBe(127);
  });

  test.each([
    ["TERM", "dash"],
    ["INT", "dash"],
    ["TERM", "bash"],
  ] as const)("passes SIG%s on, and waits for what comes of it, in %s", async (name, shell) => {
    await using sandbox = new Sandbox();
    const line = `trap 'echo ending; syncctl complete work; exit 9' TERM; syncctl start work; echo ready; while :; do sleep 0.1; done`;
    const container = contain(sandbox, ["bash", "-c", line], shell);
    await container.line("ready");
    await signal(container, name);
    const { status, stdout, stderr } = await container.result;
    expect(stdout, stderr).toContain("ending\nSuccess\n");
    expect(status).toBe(9);
  });

  test("goes on after a signal that its command lives through", async () => {
    await using sandbox = new Sandbox();
    const line = `trap 'echo again' HUP; trap 'exit 3' TERM; echo ready; while :; do sleep 0.1; done`;
    const container = contain(sandbox, ["bash", "-c", line]);
    await container.line("ready");
    await signal(container, "HUP");
    await container.line("again");
    await signal(container, "TERM");
    expect((await container.result).status).toBe(3);
  });

  test("buries what its command has left behind", async () => {
    await using sandbox = new Sandbox();
    // One that is not buried keeps its name.
    const orphans =
      "(sleep 0.1 & sleep 0.2 &); while grep -qs '^Name:.sleep$' /proc/[0-9]*/status; do :; done; echo none";
    const { stdout } = await contain(sandbox, ["sh", "-c", orphans]).result;
    expect(stdout).toBe("none\n");
  });

  test("reads what is typed", async () => {
    await using sandbox = new Sandbox();
    writeFileSync(`${sandbox.directory}/typed`, "typed\n");
    const { stdout } = await sandbox.sh(`sh '${example}/entrypoint.sh' cat <typed`);
    expect(stdout).toBe("typed\n");
  });

  test("begins anew when it is started again", async () => {
    await using sandbox = new Sandbox();
    const line = "syncctl list; syncctl start once && syncctl complete once";
    for (let run = 0; run < 2; run += 1) {
      const { status, stdout } = await contain(sandbox, ["sh", "-c", line]).result;
      expect(stdout).not.toContain("completed");
      expect(status).toBe(0);
    }
  });

  test("does not start its command without an agent, and says why", async () => {
    await using sandbox = new Sandbox();
    writeFileSync(join(sandbox.directory, "run"), "in the way");
    const { status, stdout, stderr } = await contain(sandbox, ["echo", "started"]).result;
    expect({ status, stdout }).toEqual({ status: 69, stdout: "" });
    expect(stderr).toContain("(SOCKET_UNAVAILABLE)");
  });

  test("without a command is an agent, and ends as one", async () => {
    await using sandbox = new Sandbox();
    const container = contain(sandbox);
    await container.line("listening");
    await signal(container, "TERM");
    const { status, stderr } = await container.result;
    expect(status, stderr).toBe(0);
    expect(stderr).toContain('"stopping"');
  });

  test("is healthy while its agent answers", async () => {
    await using sandbox = new Sandbox();
    const check = () => sandbox.sh(healthCheck(), "dash");
    expect((await check()).status).toBe(1);
    const container = contain(sandbox);
    await container.line("listening");
    expect(await check()).toEqual({ status: 0, stdout: "", stderr: "" });
    await signal(container, "TERM");
    await container.result;
    expect((await check()).status).toBe(1);
  });
});
