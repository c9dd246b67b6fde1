import { writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { codeOf, journalIn, RunningAgent, startAgent } from "../rig.js";
import { Sandbox } from "../sandbox.js";

const bootId = "/proc/sys/kernel/random/boot_id";

test.each([
  ["a machine that was started again", "of an earlier run", `mount --bind boot_id ${bootId}`, "--mount"],
  ["a container that was started again", "of an earlier run", "true", "--mount --pid --fork --mount-proc"],
  [
    "a machine that does not name its runs",
    "of an unknown run",
    `mount --bind /dev/null ${bootId}`,
    "--mount",
  ],
  ["a machine without /proc", "of an unknown run", "mount -t tmpfs none /proc", "--mount"],
])("on %s what had completed before releases nobody", async (_, beginning, prepare, namespaces) => {
  await using sandbox = new Sandbox();
  await using agent = await startAgent(sandbox, ...journalIn(sandbox));
  await agent.client.start("db");
  await agent.client.complete("db");
  await agent.process.kill("SIGKILL");

  writeFileSync(`${sandbox.directory}/boot_id`, "5a7d1a2e-0000-4000-8000-000000000000\n");
  const script = `${prepare}; exec sync-agent ${journalIn(sandbox).join(" ")}`;
  const process = sandbox.startScript(`exec unshare ${namespaces} --kill-child sh -c '${script}'`);
  expect(await process.line("journal opened")).toContain(beginning);
  await process.line("listening");
  await using next = new RunningAgent(sandbox, process);
  await next.client.want("app", [{ unit: "db" }]);
  expect(await codeOf(next.client.start("app"))).toBe("DEPENDENCIES_NOT_SATISFIED");
});
