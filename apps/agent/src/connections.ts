import type { Server } from "node:http";
import type { Socket } from "node:net";
import { AgentError } from "./errors.js";

/** How many connections beyond the limit are there at the same time to be told so; others are closed unheard. */
const mostRefused = 64;

/** Who is connected. */
export class Connections {
  readonly #most: number;
  readonly #open = new Set<Socket>();
  readonly #refused = new WeakSet<Socket>();
  /** Each is told whenever the first has come or the last has gone. */
  readonly #watchers = new Set<(isAnybodyThere: boolean) => void>();

  constructor(server: Server, most: number) {
    this.#most = most;
    server.maxConnections = most + mostRefused;
    server.on("connection", (socket: Socket) => this.#add(socket));
  }

  /** How many there are. */
  get size(): number {
    return this.#open.size;
  }

  /** @throws {AgentError} `BUSY` when a request has come by a connection that is one too many. */
  admit(socket: Socket): void {
    if (!this.#refused.has(socket)) return;
    throw new AgentError("BUSY", `there are ${this.#most} connections already, and that is the most`);
  }

  /**
   * Resolves when nobody has been connected for so long, in ms. A timer runs only while nobody is, and it does
   * not keep the process alive.
   *
   * @param isBound says whether somebody who need not be connected still counts on the server. Asked when the
   * time is up; then it begins again.
   */
  untilIdle(afterMs: number, isBound: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      let timer: NodeJS.Timeout | undefined;
      const begin = () => {
        timer = setTimeout(end, afterMs).unref();
      };
      const end = () => {
        if (isBound()) return begin();
        this.#watchers.delete(watch);
        resolve();
      };
      const watch = (isAnybodyThere: boolean) => {
        clearTimeout(timer);
        if (!isAnybodyThere) begin();
      };
      this.#watchers.add(watch);
      watch(this.size > 0);
    });
  }

  #add(socket: Socket): void {
    this.#open.add(socket);
    if (this.size > this.#most) this.#refused.add(socket);
    if (this.size === 1) this.#tell();
    socket.once("close", () => {
      this.#open.delete(socket);
      if (this.size === 0) this.#tell();
    });
  }

  #tell(): void {
    for (const watch of this.#watchers) watch(this.size > 0);
  }
}
