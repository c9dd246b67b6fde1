import { expect, test } from "vitest";
import { startAgent } from "../rig.js";
import { isStandalone } from "../sandbox.js";

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

// Node tells neither the number of such a signal, nor that there was one.
test.runIf(isStandalone)("a command that a real-time signal ends has failed", async () => {
  await using agent = await startAgent();
  const script = "echo up; kill -40 $$";

  expect(await agent.syncctl("run", "app", "--", "bash", "-c", script)).toMatchObject({ status: 168 });
  expect(await agent.client.status("app")).toMatchObject({ status: "failed", reason: "exit 168" });
  const watched = await agent.syncctl("run", "db", "--ready-when", "down", "--", "bash", "-c", script);
  expect(watched).toEqual({ stdout: "up\n", stderr: "", status: 168 });
});

// `env` looks for it as the system does.
test.each([
  ["a script without a first line that says what runs it", "", "./plain one 'two three'"],
  ["such a script by its name", "PATH=open:/bin", "plain one"],
  ["a program that is empty", "", "./empty"],
  ["a program by its name, which it learns", "", "bash -c 'echo $0'"],
  ["a file of that name that cannot be executed", "PATH=closed", "tool"],
  ["one that cannot be executed, and after it one that can", "PATH=closed:open", "tool"],
  ["a folder of that name", "PATH=folders", "tool"],
  ["what is here, by a PATH that begins with nothing", "PATH=:/bin", "here"],
  ["what is here, by a PATH that ends with nothing", "PATH=/bin:", "here"],
  ["what is not here, by an empty PATH", "PATH=", "ls"],
  ["what is here, by an empty PATH", "PATH=", "here"],
  ["what is in a folder of the system, without a PATH", "-u PATH", "ls -d /"],
  ["a script that is to be run by what is not there", "", "./lost"],
])("run finds and runs %s as the system does", async (_, settings, words) => {
  await using agent = await startAgent();
  await agent.sh(`mkdir -p open closed folders/tool; echo 'echo "$0" "$@"' > plain; echo '#!/nowhere' > lost
    printf '#!/bin/sh\\necho here' > here; echo 'echo open' > open/tool; echo 'echo closed' > closed/tool; : > empty
    chmod +x plain here lost empty open/tool; ln plain open`);

  const plain = await agent.sh(`/usr/bin/env ${settings} ${words}`);
  const ran = await agent.sh(`/usr/bin/env ${settings} bin/syncctl run app -- ${words}`);

  expect({ status: ran.status, stdout: ran.stdout }).toEqual({ status: plain.status, stdout: plain.stdout });
});
