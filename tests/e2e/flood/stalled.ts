import { connect, type Socket } from "node:net";
import { createClient } from "@sync/protocol/client";
import { type Footprint, footprint, idleFootprint, startMeasured } from "../measure.js";
import type { RunningAgent } from "../rig.js";
import { Sandbox } from "../sandbox.js";

interface Stalled {
  readonly before: Footprint;
  /** The most that it had in memory while nobody of them read. */
  readonly mostResidentKib: number;
  /** When all of them have been dropped. */
  readonly after: Footprint;
  /** How many events a reader had who did read. */
  readonly delivered: number;
  readonly longestPingMs: number;
  /** What each reader of events had next who came back: where it was, and what came then. */
  readonly resumed: readonly { readonly after: number; readonly next: number; readonly type: string }[];
}

const get = (path: string) => `GET ${path} HTTP/1.1\r\n\r\n`;

/** Clients that read nothing, or a byte a second, while so many commands are done by another. */
export async function stall(commands: number, stallLimit: string): Promise<Stalled> {
  await using sandbox = new Sandbox({ longestMs: 3_600_000 });
  await using agent = await startMeasured(sandbox, "--journal", "none", "--limit", `stall=${stallLimit}`);
  const { socketPath } = agent;
  const sequence = await fill(socketPath);
  const before = await idleFootprint(agent);

  // More than fits into a socket: events, a large answer, and many of these at once.
  const events = get(`/v1/events?after=${sequence}`);
  const list = get("/v1/units");
  const slow = [events, list, list.repeat(100)].flatMap((request) => [
    new SlowClient(socketPath, request, "nothing"),
    new SlowClient(socketPath, request, "a byte a second"),
  ]);
  const worked = await work(agent, sequence, commands);
  const after = await idleFootprint(agent);
  const resumed = [];
  for (const one of slow) {
    const text = await one.rest();
    if (text.includes("text/event-stream")) resumed.push(await resume(socketPath, text));
  }
  return { before, after, ...worked, resumed };
}

/** A list of more than a megabyte. @returns the number of the newest event. */
async function fill(socketPath: string): Promise<number> {
  await using client = createClient({ socketPaths: [socketPath] });
  for (let unit = 0; unit < 300; unit += 1) {
    await client.start(`unit ${unit}`);
    await client.fail(`unit ${unit}`, { reason: "x".repeat(4_000) });
  }
  return (await client.ping()).sequence;
}

/** Does so many commands, reads the events of them, and asks now and then whether the agent is there. */
async function work(
  agent: RunningAgent,
  after: number,
  commands: number,
): Promise<Pick<Stalled, "delivered" | "longestPingMs" | "mostResidentKib">> {
  await using client = createClient({ socketPaths: [agent.socketPath] });
  const delivery = deliver(client.events({ after }), after, 2 * commands);
  let [longestPingMs, mostResidentKib] = [0, 0];
  for (let count = 0; count < commands; count += 1) {
    await client.start("busy");
    await client.complete("busy", { reason: "x".repeat(1_000) });
    if (count % 50 !== 0) continue;
    const begun = performance.now();
    await client.ping();
    longestPingMs = Math.max(longestPingMs, Math.round(performance.now() - begun));
    mostResidentKib = Math.max(mostResidentKib, (await footprint(agent)).residentKib);
  }
  return { delivered: await delivery, longestPingMs, mostResidentKib };
}

/** Resolves when so many events have come, each after the one before it. */
async function deliver(
  events: AsyncIterable<{ readonly sequence: number }>,
  after: number,
  count: number,
): Promise<number> {
  let delivered = 0;
  for await (const { sequence } of events) {
    delivered += 1;
    if (sequence !== after + delivered)
      throw new Error(`event ${sequence} came after ${after + delivered - 1}`);
    if (delivered === count) break;
  }
  return delivered;
}

/** Comes back after what was read last, and resolves with what comes next. */
async function resume(path: string, text: string): Promise<Stalled["resumed"][number]> {
  const id = Array.from(text.matchAll(/^id: (.*)\n.*\n.*\n\r?\n/gm), ([, name]) => name).at(-1) ?? "";
  const socket = connect(path).setEncoding("utf8");
  socket.write(`GET /v1/events HTTP/1.1\r\nLast-Event-ID: ${id}\r\n\r\n`);
  let answer = "";
  for await (const data of socket) {
    answer += data;
    const [, next, type = ""] = /^id: .*:(\d+)\nevent: (.*)\ndata/m.exec(answer) ?? [];
    if (next !== undefined) return { after: Number(id.split(":").at(-1)), next: Number(next), type };
  }
  throw new Error(`no event came: ${answer}`);
}

/** Asks, and reads nothing of the answer but its first byte, or a byte a second, until it is told to read the rest. */
class SlowClient {
  readonly #socket: Socket;
  readonly #closed: Promise<unknown>;
  readonly #reads: "nothing" | "a byte a second";
  #isSlow = true;
  #text = "";

  constructor(path: string, request: string, reads: "nothing" | "a byte a second") {
    this.#reads = reads;
    const onread = {
      buffer: () => Buffer.alloc(this.#isSlow ? 1 : 65_536),
      callback: (bytes: number, buffer: Uint8Array) => this.#take(buffer.subarray(0, bytes)),
    };
    this.#socket = connect({ path, onread });
    this.#socket.on("error", () => {});
    this.#socket.write(request);
    this.#closed = new Promise((resolve) => this.#socket.once("close", resolve));
  }

  /** All that there was to read. */
  async rest(): Promise<string> {
    this.#isSlow = false;
    this.#socket.resume();
    await this.#closed;
    return this.#text;
  }

  /** @returns whether it goes on reading at once. */
  #take(bytes: Uint8Array): boolean {
    this.#text += Buffer.from(bytes).toString("latin1");
    if (this.#isSlow && this.#reads === "a byte a second")
      setTimeout(() => this.#socket.resume(), 1_000).unref();
    return !this.#isSlow;
  }
}
