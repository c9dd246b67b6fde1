import { expect, test } from "vitest";
import { startAgent } from "../rig.js";

test("the command can read what bash has opened for it", async () => {
  await using agent = await startAgent();

  expect(await agent.sh("syncctl run app -- cat <(echo one) <(echo two)")).toMatchObject({
    stdout: "one\ntwo\n",
    stderr: "",
  });
});

test.each([
  ["a file as 3", "3>there; cat there"],
  ["a file as 5", "5>there; cat there"],
  ["a file as 9, and others before it", "9>there 3</ 4</etc/passwd; cat there"],
  ["a file as 15", "15>there; cat there"],
  ["a file as 300", "300>there; cat there"],
  ["a pipe as 3", "3>&1 >/dev/null | cat"],
  ["a pipe as 5", "5>&1 >/dev/null | cat"],
  ["a pipe as 5 that is its output as well", "5>&1 | cat"],
  ["a fifo as 7", "7<>fifo; timeout 1 cat fifo"],
  ["both ends of a pipe as 3 and 4", "3> >(cat) 4</dev/fd/3; sleep 0.3"],
])("the command has open what run was given: %s", async (_, redirections) => {
  await using agent = await startAgent();
  await agent.sh("mkfifo fifo");
  const number = /\b\d+/.exec(redirections)?.[0];

  const ran = await agent.sh(
    `exec 8<>fifo; syncctl run app -- sh -c 'echo hello >/dev/fd/${number}' ${redirections}`,
  );

  expect(ran).toMatchObject({ stdout: "hello\n", stderr: "" });
});

// `ls` tells them, and its own for the directory, which gets the lowest number that is free.
test.each([
  ["nothing", ""],
  ["a file", "5>there"],
  ["files, a device and a pipe", "3>there 4</ 6</ 9</dev/null 11>&1 300<there"],
  ["its output as another, and a device as that", "7>&1 >/dev/null 3</"],
])("run leaves nothing of its own open for the command when it was given %s", async (_, redirections) => {
  await using agent = await startAgent();
  const all = (command: string) =>
    agent.sh(`{ ${command} sh -c 'ls /proc/self/fd >&7' 7>&1 ${redirections}; } | sort -n`);

  const plain = await all("env");

  expect(await all("syncctl run one --")).toEqual(plain);
  expect(await all("syncctl run two --ready-when 0 --")).toEqual(plain);
  expect(await all("syncctl run three --retry 1 -- env -u NONE")).toEqual(plain);
});

test("run leaves nothing of its own open for a command at a terminal", async () => {
  await using agent = await startAgent();

  const all = async (command: string) =>
    (await agent.sandbox.startInTerminal(`${command} ls /proc/self/fd 3>&1 9</`).result).stdout;

  expect(await all("syncctl run app --")).toBe(await all("env"));
});
