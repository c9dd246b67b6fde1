import { spawnSync } from "node:child_process";
import { BareConnection } from "./bare-connection.js";
import { bodyOf, get, isWholeResponse, post } from "./http.js";
import { LineProcess } from "./line-process.js";
import { load } from "./load.js";
import { startAgent } from "./running-agent.js";
import { startBareServer } from "./running-bare-server.js";
import { temporarySocket } from "./temporary-socket.js";

/** Who holds those that wait for a gate, and lets them all go when it is opened. */
export interface Gatekeeper extends AsyncDisposable {
  /** Where the waiters find it: a socket path or a port. */
  readonly where: string;
  /** Resolves when so many wait for a gate. */
  untilHeld(gate: string, count: number): Promise<void>;
  /** Opens a gate. What has to be done before is done by `untilHeld`. */
  open(gate: string, count: number): void;
}

export async function agentKeeper(...flags: readonly string[]): Promise<Gatekeeper> {
  const agent = await startAgent(...flags);
  return httpKeeper(agent.socketPath, agent);
}

export async function bareKeeper(): Promise<Gatekeeper> {
  const server = await startBareServer();
  return httpKeeper(server.socketPath, server);
}

async function httpKeeper(socketPath: string, server: AsyncDisposable): Promise<Gatekeeper> {
  // What is measured is not how fast a Node becomes that has just begun.
  await using some = await load(socketPath, 16);
  await some.work();
  const connection = await BareConnection.open({ path: socketPath }, isWholeResponse);
  return {
    where: socketPath,
    untilHeld: async (gate, count) => {
      while (!bodyOf(await connection.question(get("/v1/ping"))).includes(`"waiters":${count}`));
      bodyOf(await connection.question(post(`/v1/units/${gate}/start`)));
    },
    open: (gate) => connection.ask(post(`/v1/units/${gate}/complete`), bodyOf),
    [Symbol.asyncDispose]: async () => {
      connection.close();
      await server[Symbol.asyncDispose]();
    },
  };
}

/** Redis, whose waiters are in `BLPOP`; `undefined` where it is not installed. */
export async function redis(): Promise<Gatekeeper | undefined> {
  if (!isInstalled("redis-server")) return undefined;
  const { socketPath, remove } = temporarySocket();
  const flags = ["--port", "0", "--unixsocket", socketPath, "--save", "", "--maxclients", "12000"];
  const server = new LineProcess("redis-server", flags);
  while (!(await server.next()).includes("eady to accept connections"));
  const connection = await BareConnection.open({ path: socketPath }, (text) => text.endsWith("\r\n"));
  return {
    where: socketPath,
    untilHeld: async (_gate, count) => {
      while (!(await connection.question("INFO clients\r\n")).includes(`blocked_clients:${count}\r\n`));
    },
    open: (gate, count) => {
      const words = ["RPUSH", gate, ...Array.from({ length: count }, () => "x")];
      const text = words.map((word) => `$${word.length}\r\n${word}\r\n`).join("");
      connection.ask(`*${words.length}\r\n${text}`, () => undefined);
    },
    [Symbol.asyncDispose]: async () => {
      connection.close();
      await server[Symbol.asyncDispose]().finally(remove);
    },
  };
}

/** NATS, whose waiters are subscribers; `undefined` where it is not installed. It listens on no socket of its own. */
export async function nats(): Promise<Gatekeeper | undefined> {
  if (!isInstalled("nats-server")) return undefined;
  // Below those that the system gives to whoever asks for any.
  const port = 20_000 + (process.pid % 10_000);
  const flags = ["--addr", "127.0.0.1", "--port", String(port), "--log", "/dev/null"];
  const server = new LineProcess("nats-server", flags);
  const connection = await BareConnection.open({ port }, (text) => text.endsWith("PONG\r\n"));
  await connection.question('CONNECT {"verbose":false}\r\nPING\r\n');
  return {
    where: String(port),
    // Each has had an answer to what it sent after its subscription.
    untilHeld: () => Promise.resolve(),
    open: (gate) => connection.ask(`PUB ${gate} 1\r\nx\r\n`, () => undefined),
    [Symbol.asyncDispose]: async () => {
      connection.close();
      await server[Symbol.asyncDispose]();
    },
  };
}

function isInstalled(program: string): boolean {
  const { error } = spawnSync(program, ["--version"], { stdio: "ignore" });
  if (error !== undefined)
    console.error(`wakeup: ${program} is not installed, so nothing is compared with it`);
  return error === undefined;
}
