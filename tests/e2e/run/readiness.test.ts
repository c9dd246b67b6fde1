import { once } from "node:events";
import { createServer } from "node:net";
import { expect, test } from "vitest";
import { startAgent } from "../rig.js";

/** Serves HTTP once it is told to go on, and says at which port before. */
const server = `
const { existsSync } = require("node:fs");
const port = Number(process.argv[1]);
const http = require("node:http").createServer((_, answer) => {
  answer.statusCode = existsSync("healthy") ? 200 : 503;
  answer.end();
});
const timer = setInterval(() => {
  if (existsSync("go")) {
    clearInterval(timer);
    http.listen(port, "127.0.0.1", () => console.log("listening on " + port));
  }
}, 20);
console.log("begins");
`;

/** A port that nobody uses, below those that the system gives to whoever asks for any. */
async function freePort(): Promise<string> {
  for (;;) {
    const port = 20_000 + Math.floor(10_000 * Math.random());
    const listener = createServer().listen(port, "127.0.0.1");
    try {
      await once(listener, "listening");
      listener.close();
      return String(port);
    } catch {
      // Somebody else has it.
    }
  }
}

test.each([
  ["--ready-when", () => "^listening on [0-9]+$"],
  ["--ready-tcp", (port: string) => port],
  ["--ready-tcp", (port: string) => `127.0.0.1:${port}`],
  ["--ready-http", (port: string) => `http://127.0.0.1:${port}/`],
  ["--ready-file", () => "healthy"],
  ["--ready-cmd", () => 'test "$SYNC_UNIT" = db && test -e healthy'],
])("%s completes the unit as soon as the command is ready, and that goes on", async (flag, value) => {
  await using agent = await startAgent();
  const port = await freePort();
  const run = agent.background("run", "db", flag, value(port), "--", process.execPath, "-e", server, port);
  await run.line("begins");
  const dependent = agent.background("run", "app", "--want", "db", "--", "echo", "runs");
  await agent.waiters(1);
  expect(await agent.client.status("db")).toMatchObject({ status: "started" });

  await agent.sh("touch healthy go");

  expect(await dependent.result).toMatchObject({ status: 0, stdout: "runs\n" });
  expect(await agent.client.status("db")).toMatchObject({ status: "completed" });
  await run.line("listening");
  const { status, stderr } = await run.kill("SIGTERM");
  expect(status).toBe(143);
  expect(stderr).toBe('"db" has ended after it was ready, and stays completed: killed by SIGTERM\n');
});

test("an answer with a status of 400 or more is not ready", async () => {
  await using agent = await startAgent();
  const port = await freePort();
  await agent.sh("touch go");
  const url = `http://127.0.0.1:${port}/`;
  const run = agent.background("run", "db", "--ready-http", url, "--", process.execPath, "-e", server, port);
  await run.line("listening");
  expect((await agent.syncctl("wait", "db", "--timeout", "400ms")).status).toBe(124);

  await agent.sh("touch healthy");

  expect((await agent.syncctl("wait", "db")).status).toBe(0);
});

test.each([
  ["exit 0", 125, "exit 0 before it was ready"],
  ["exit 3", 3, "exit 3 before it was ready"],
])("a command that ends with %s before it was ready has failed", async (script, status, reason) => {
  await using agent = await startAgent();

  const ran = await agent.syncctl("run", "db", "--ready-file", "none", "--", "sh", "-c", script);

  expect(ran).toMatchObject({ status, stdout: "" });
  expect(await agent.client.status("db")).toMatchObject({ status: "failed", reason });
});

test("--ready-when passes every byte on, to the stream where it belongs", async () => {
  await using agent = await startAgent();
  const script = String.raw`printf 'a\0\377\r\nREADY'; printf 'oops' >&2; head -c 1000000 /dev/zero; printf 'end'`;

  const { stdout } = await agent.sh(
    `syncctl run db --ready-when READY -- sh -c "${script}" 2>err | { sleep 0.3; cat; } | cksum; cat err`,
  );

  const plain = await agent.sh(`sh -c "${script}" 2>/dev/null | cksum; printf oops`);
  expect(stdout.startsWith(plain.stdout)).toBe(true);
});

test("--ready-when looks at stderr too", async () => {
  await using agent = await startAgent();

  const ran = await agent.syncctl("run", "db", "--ready-when", "^ready$", "--", "sh", "-c", "echo ready >&2");

  expect(ran).toEqual({ status: 0, stdout: "", stderr: "ready\n" });
  expect(await agent.client.status("db")).toMatchObject({ status: "completed" });
});

test("with --ready-when, what is left in the background does not keep run waiting", async () => {
  await using agent = await startAgent();

  const ran = await agent.syncctl("run", "db", "--ready-when", "up", "--", "sh", "-c", "sleep 5 & echo up");

  expect(ran).toMatchObject({ status: 0, stdout: "up\n" });
});

test("a reader that leaves ends a command with --ready-when", async () => {
  await using agent = await startAgent();

  const { stdout, status } = await agent.sh(
    "syncctl run db --ready-when none -- sh -c 'while echo y; do :; done' 2>/dev/null | head -n 1",
  );

  expect({ stdout, status }).toEqual({ stdout: "y\n", status: 0 });
});

test("a command that fails before it is ready is run again", async () => {
  await using agent = await startAgent();
  const script = "test $SYNC_ATTEMPT = 2 || exit 1; touch up; sleep 60";

  const flags = ["--ready-file", "up", "--retry", "1", "--retry-delay", "0"];
  const run = agent.background("run", "db", ...flags, "--", "sh", "-c", script);

  expect((await agent.syncctl("wait", "db")).status).toBe(0);
  expect(await run.kill("SIGTERM")).toMatchObject({ status: 143 });
});
