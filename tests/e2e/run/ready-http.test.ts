import { EventEmitter, once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import { createServer as createConnections } from "node:net";
import { expect, test } from "vitest";
import { type RunningAgent, startAgent } from "../rig.js";

/** A server at a port of the system's choice, or at the first of some that is free. */
async function serving(listener: RequestListener, ports: readonly number[] = [0]) {
  for (const port of ports) {
    const server = createServer(listener).listen(port, "127.0.0.1");
    try {
      await once(server, "listening");
    } catch {
      // Somebody else has it.
      continue;
    }
    const address = server.address();
    if (address === null || typeof address === "string") break;
    return {
      host: `127.0.0.1:${address.port}`,
      [Symbol.asyncDispose]: async () => {
        server.close();
        server.closeAllConnections();
      },
    };
  }
  throw new Error(`no port is free of ${ports.join(", ")}`);
}

const answering =
  (status: number, headers: Readonly<Record<string, string>> = {}): RequestListener =>
  (_, answer) =>
    answer.writeHead(status, headers).end();

/** Runs a server as a unit, of which only the answers matter. */
function run({ sandbox }: RunningAgent, unit: string, url: string, env = {}): void {
  sandbox.start("syncctl", ["run", unit, "--ready-http", url, "--", "sleep", "60"], env);
}

async function isReady(agent: RunningAgent, unit: string): Promise<boolean> {
  return (await agent.syncctl("wait", unit, "--timeout", "20s")).status === 0;
}

test("the server itself is asked, whatever proxy the environment names", async () => {
  await using agent = await startAgent();
  await using refusing = await serving(answering(403));
  await using kind = await serving(answering(200));
  await using healthy = await serving(answering(200));
  const asked = new EventEmitter();
  await using ill = await serving((_, answer) => {
    answer.writeHead(503).end();
    asked.emit("once more");
  });
  const proxy = ({ host }: { readonly host: string }) => ({
    HTTP_PROXY: `http://${host}`,
    http_proxy: `http://${host}`,
  });

  run(agent, "healthy", `http://${healthy.host}/`, proxy(refusing));
  run(agent, "ill", `http://${ill.host}/`, proxy(kind));

  await Promise.all([once(asked, "once more"), isReady(agent, "healthy")]);
  // It goes on asking only when what it has heard was of the server.
  await once(asked, "once more");
  expect((await agent.client.status("healthy")).status).toBe("completed");
  expect((await agent.client.status("ill")).status).toBe("started");
});

test("a server is asked at a port that a browser refuses", async () => {
  await using agent = await startAgent();
  await using server = await serving(answering(200), [6000, 6665, 6666, 6667, 6668, 6669]);

  run(agent, "db", `http://${server.host}/`);

  expect(await isReady(agent, "db")).toBe(true);
});

test("a server is told the name and the password of its URL", async () => {
  await using agent = await startAgent();
  await using server = await serving(({ headers }, answer) => {
    const isKnown = headers.authorization === `Basic ${btoa("me:p w")}`;
    answer.writeHead(isKnown ? 200 : 401).end();
  });

  run(agent, "db", `http://me:p%20w@${server.host}/`);

  expect(await isReady(agent, "db")).toBe(true);
});

test("a server that would speak otherwise than HTTP is not ready, and keeps nobody", async () => {
  await using agent = await startAgent();
  const server = createConnections((socket) => {
    socket.once("data", () =>
      socket.end("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n"),
    );
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" ? address?.port : undefined;
  const url = `http://127.0.0.1:${port}/`;

  const { status } = await agent.syncctl("run", "db", "--ready-http", url, "--", "sleep", "1");

  server.close();
  expect(status).toBe(125);
});

test("an answer that leads elsewhere is ready, and not followed", async () => {
  await using agent = await startAgent();
  await using ill = await serving(answering(503));
  await using moved = await serving(answering(302, { location: `http://${ill.host}/` }));

  run(agent, "db", `http://${moved.host}/`);

  expect(await isReady(agent, "db")).toBe(true);
});

test("a server that does not answer once is asked again, and what it answers need not end", async () => {
  await using agent = await startAgent();
  let asked = 0;
  await using slow = await serving((_, answer) => {
    asked += 1;
    if (asked > 1) answer.writeHead(200).write("and so on");
  });

  run(agent, "db", `http://${slow.host}/`);

  expect(await isReady(agent, "db")).toBe(true);
  expect(asked).toBe(2);
});
