import { connect, type Socket } from "node:net";
import { maxSocketPathBytes } from "../socket-path.js";
import { codeOf } from "./failure.js";
import { ProtocolError, type TriedPath } from "./protocol-error.js";
import { isStrangers } from "./stranger.js";
import { WaitingRoom } from "./waiting-room.js";

/** An agent listens, but more connections wait to be accepted than its queue holds. Nothing was sent. */
export class QueueFullError extends Error {
  override readonly name = "QueueFullError";
}

/** Finds the agent: opens connections to the first of several socket paths where one listens. */
export class Connector {
  readonly #socketPaths: readonly string[];
  /** Where to wait after a `QueueFullError`. */
  readonly room = new WaitingRoom();
  #path = "";

  constructor(socketPaths: readonly string[]) {
    this.#socketPaths = socketPaths;
  }

  /** Where the latest connection went; empty before there was one. */
  get path(): string {
    return this.#path;
  }

  /**
   * Opens a connection. The path that worked last is tried first.
   *
   * @throws {ProtocolError} `AGENT_UNREACHABLE`, with every path and why it did not do.
   * @throws {QueueFullError} Trying again helps.
   */
  async connect(): Promise<Socket> {
    const tried: TriedPath[] = [];
    const paths = this.#path === "" ? this.#socketPaths : [this.#path, ...this.#socketPaths];
    for (const path of new Set(paths)) {
      try {
        const socket = await open(path);
        this.#path = path;
        this.room.admitted();
        return socket;
      } catch (error) {
        if (codeOf(error) === "EAGAIN") {
          throw new QueueFullError(path, { cause: error });
        }
        tried.push({ path, reason: codeOf(error) ?? String(error) });
      }
    }
    throw unreachable(tried);
  }
}

async function open(path: string): Promise<Socket> {
  const objection = await objectionTo(path);
  if (objection !== undefined) {
    throw Object.assign(new Error(path), { code: objection });
  }
  return new Promise((resolve, reject) => {
    const socket = connect({ path });
    socket.once("error", reject);
    socket.once("connect", () => {
      socket.off("error", reject);
      resolve(socket);
    });
  });
}

/** Why a path must not even be tried. */
async function objectionTo(path: string): Promise<string | undefined> {
  if (path === "") {
    // Node would take it for a port.
    return "ENOENT";
  }
  if (Buffer.byteLength(path) > maxSocketPathBytes(process.platform)) {
    return "ENAMETOOLONG";
  }
  return (await isStrangers(path)) ? "not ours" : undefined;
}

function unreachable(tried: readonly TriedPath[]): ProtocolError {
  const where = tried.map(({ path, reason }) => `"${path}" (${reason})`).join(", ");
  return new ProtocolError("AGENT_UNREACHABLE", `no agent answers: tried ${where || "no path at all"}`, {
    tried,
  });
}
