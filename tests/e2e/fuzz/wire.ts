import { once } from "node:events";
import { connect } from "node:net";
import { setImmediate as turn } from "node:timers/promises";
import type { Client } from "@sync/protocol/client";
import { type Answer, answersIn, codeOf, objectionTo } from "./answers.js";

/** Nothing here takes a tenth of it, in ms. */
const hangsAfterMs = 20_000;

/** How long it stays at most, in ms: longer than a request may take to arrive. */
const longMs = 2_000;

/** After so many looks at it, what is held is held. */
const enoughLooks = 20;

/** Refused, and remembered all the same as an attempt to start. */
const attempts: readonly string[] = ["DEPENDENCIES_NOT_SATISFIED", "DEPENDENCY_FAILED", "WAIT_TIMEOUT"];

/** How bytes are sent. */
export interface Manner {
  /** Where they are cut into pieces, in hundredths. */
  readonly cuts: readonly number[];
  /** What follows: it stays a moment, or until the agent has had enough, it says that nothing more comes, or is gone. */
  readonly ending: "stay" | "stay long" | "end" | "destroy";
  /** What has an answer: they are one request. */
  readonly isRequest: boolean;
}

interface Seen {
  readonly answers: readonly Answer[];
  readonly isHeld: boolean;
}

/** Sends bytes to an agent, each time on a connection of its own, and judges what comes of it. */
export class Wire {
  /** How many answers there were of each status. */
  readonly answers: Record<number, number> = {};
  readonly #path: string;
  readonly #client: Client;

  constructor(path: string, client: Client) {
    this.#path = path;
    this.#client = client;
  }

  /** @throws when it is answered as nothing may be, or refused and something has changed. */
  async send(bytes: Buffer, manner: Manner): Promise<void> {
    const before = await this.#client.ping();
    const seen = await this.#exchange(bytes, manner);
    const after = await this.#client.ping();
    const objection = objectionToAll(bytes, manner, seen, after.sequence > before.sequence);
    if (objection !== undefined) {
      const [sent, told] = [bytes.toString("latin1"), seen.answers].map((value) => JSON.stringify(value));
      throw new Error(`${objection}: ${sent} was answered with ${told}`);
    }
    for (const { status } of seen.answers) this.answers[status] = (this.answers[status] ?? 0) + 1;
  }

  async #exchange(bytes: Buffer, { cuts, ending, isRequest }: Manner): Promise<Seen> {
    const socket = connect(this.#path);
    const received: Buffer[] = [];
    socket.on("error", () => {}).on("data", (chunk: Buffer) => received.push(chunk));
    await once(socket, "connect");
    const closed = new Promise((resolve) => socket.once("close", resolve));
    for (const piece of pieces(bytes, cuts)) {
      socket.write(piece);
      await turn();
    }
    if (ending === "end") socket.end();
    if (ending === "destroy") socket.destroy();
    const isHead = bytes.toString("latin1", 0, 5) === "HEAD ";
    const isEnough = (answers: readonly Answer[]) =>
      ending !== "stay long" && (!isRequest || answers.some((answer) => isFinal(answer, isHead)));
    const end = performance.now() + (ending === "stay long" ? longMs : hangsAfterMs);
    try {
      // Two pings later the agent has read what was sent before.
      for (let looks = 1; ; looks += 1) {
        const isClosed = socket.closed;
        const { waiters } = await this.#client.ping();
        const answers = answersIn(Buffer.concat(received));
        const isHeld = waiters > 0 && looks > enoughLooks;
        const isOver = looks > 2 && (isHeld || isEnough(answers));
        if (isClosed || isOver || performance.now() > end) return { answers, isHeld };
      }
    } finally {
      socket.destroy();
      await closed;
    }
  }
}

/** Says whether nothing follows of an answer, or nothing until something happens. */
function isFinal({ status, isWhole, type }: Answer, isHead: boolean): boolean {
  return status >= 200 && (isWhole || isHead || type === "text/event-stream");
}

function objectionToAll(
  bytes: Buffer,
  { ending, isRequest }: Manner,
  { answers, isHeld }: Seen,
  hasChanged: boolean,
): string | undefined {
  const text = bytes.toString("latin1");
  for (const answer of answers) {
    // What it refuses HEAD with has no body, and what is cut off by us has half of one.
    const isCut = text.includes("HEAD ") ? answer.body === "" : ending !== "stay" && !answer.isWhole;
    const objection = isCut ? undefined : objectionTo(answer);
    if (objection !== undefined) return objection;
  }
  // It may still be under way; "100 Continue" is no answer yet.
  const isUnheard = answers.every(({ status }) => status < 200);
  const isMade = answers.some((answer) => answer.status === 200 || attempts.includes(codeOf(answer)));
  if (hasChanged && !isMade && !isHeld && !isUnheard) return "it is refused, and something has changed";
  if (isRequest && answers.length === 0 && !isHeld && !text.startsWith("CONNECT "))
    return "it is not answered";
  return undefined;
}

function pieces(bytes: Buffer, cuts: readonly number[]): Buffer[] {
  const ends = [...cuts.map((cut) => Math.floor((bytes.length * cut) / 100)), bytes.length].sort(
    (a, b) => a - b,
  );
  return ends
    .map((end, index) => bytes.subarray(ends[index - 1] ?? 0, end))
    .filter(({ length }) => length > 0);
}
