import { expect, test } from "vitest";
import { startAgent } from "../rig.js";

test.each([
  ["exits with 0", "exit 0", "completed", undefined],
  ["exits with 1", "exit 1", "failed", "exit 1"],
  ["exits with 3", "exit 3", "failed", "exit 3"],
  ["is ended by SIGINT", "kill -INT $$", "failed", "interrupted"],
  ["is ended by SIGTERM", "kill -TERM $$", "failed", "killed by SIGTERM"],
  ["is ended by SIGKILL", "kill -KILL $$", "failed", "killed by SIGKILL"],
  ["cannot be found within a shell", "nowhere-to-be-found", "failed", "exit 127"],
  ["cannot be executed within a shell", "/etc/passwd", "failed", "exit 126"],
])("a command that %s gives run the status that it gives a shell", async (_, script, status, reason) => {
  await using agent = await startAgent();

  const ran = await agent.sandbox.syncctl("run", "app", "--", "sh", "-c", script);

  const plain = await agent.sh(`sh -c '${script}'`);
  expect(ran.status).toBe(plain.status);
  expect(await agent.client.status("app")).toMatchObject({ status, ...(reason && { reason }) });
});

test.each([
  ["nowhere-to-be-found", "no such command"],
  ["./none", "no such command"],
  ["/etc/passwd", "it cannot be executed"],
  ["/etc", "it cannot be executed"],
])("%s is refused with the status of a shell, and the unit fails with the reason", async (word, why) => {
  await using agent = await startAgent();

  const ran = await agent.syncctl("run", "app", "--retry", "2", "--", word);

  const reason = `cannot run "${word}": ${why}`;
  expect(ran).toMatchObject({ stdout: "", stderr: `error: ${reason}\n` });
  expect(ran.status).toBe((await agent.sh(word)).status);
  expect(await agent.client.status("app")).toMatchObject({
    status: "failed",
    reason: `${reason} (attempt 1 of 3)`,
  });
});
