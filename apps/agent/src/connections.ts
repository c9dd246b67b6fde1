import type { Server } from "node:http";
import type { Socket } from "node:net";
import { AgentError } from "./errors.js";
import type { Limits } from "./limits.js";
import type { Turns } from "./turns.js";

/** How many connections beyond the limit are there at the same time to be told so; others are closed unheard. */
const mostRefused = 64;

/** How often it is looked at what nobody has taken yet, at most, in ms. */
const lookEveryMs = 100;

/** Who is connected, and who does not take what is sent to them. */
export class Connections {
  readonly #limits: Limits;
  readonly #turns: Turns;
  readonly #open = new Set<Socket>();
  readonly #refused = new WeakSet<Socket>();
  /** Each is told whenever the first has come or the last has gone. */
  readonly #watchers = new Set<(isAnybodyThere: boolean) => void>();

  #lookedAt = 0;

  constructor(server: Server, limits: Limits, turns: Turns) {
    this.#limits = limits;
    this.#turns = turns;
    server.maxConnections = limits.connections + mostRefused;
    server.timeout = limits.stall;
    server.on("connection", (socket: Socket) => this.#add(socket));
    // When nothing has moved for so long: who waits may do so, and who does not read what is sent may not.
    server.on("timeout", (socket: Socket) => {
      if (this.#unreadOf(socket) > 0) socket.destroy();
    });
  }

  /** How many there are. */
  get size(): number {
    return this.#open.size;
  }

  /** How many bytes of answers nobody has taken yet. Cost: the connections. */
  get unread(): number {
    let bytes = 0;
    for (const socket of this.#open) bytes += this.#unreadOf(socket);
    return bytes;
  }

  /**
   * Whoever has left most of their answers unread is dropped, if all that is unread is too much.
   *
   * @throws {AgentError} `BUSY` when a request has come by a connection that is one too many.
   */
  admit(socket: Socket): void {
    if (performance.now() - this.#lookedAt > lookEveryMs) this.#dropUnread();
    if (!this.#refused.has(socket)) return;
    const { connections } = this.#limits;
    throw new AgentError("BUSY", `there are ${connections} connections already, and that is the most`);
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

  #unreadOf(socket: Socket): number {
    return Math.max(socket.writableLength, this.#turns.unsent(socket));
  }

  #dropUnread(): void {
    this.#lookedAt = performance.now();
    if (this.unread <= this.#limits.unread) return;
    const unread = [...this.#open]
      .map((socket) => ({ socket, size: this.#unreadOf(socket) }))
      .filter(({ size }) => size > 0)
      .sort((a, b) => a.size - b.size);
    let bytes = 0;
    for (const [index, { socket, size }] of unread.entries()) {
      bytes += size;
      // A single answer may be larger than all may be together.
      if (index > 0 && bytes > this.#limits.unread) socket.destroy();
    }
  }

  #add(socket: Socket): void {
    this.#open.add(socket);
    if (this.size > this.#limits.connections) this.#refused.add(socket);
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
