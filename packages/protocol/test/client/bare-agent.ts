import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";

/** One request as it came over the wire, and the means to answer it. */
export class Exchange {
  readonly #request: IncomingMessage;
  readonly response: ServerResponse;
  /** The body, byte for byte. */
  readonly body: string;
  /** Fulfilled when the connection of this request has gone. */
  readonly gone: Promise<boolean>;

  constructor(request: IncomingMessage, response: ServerResponse, body: string) {
    this.#request = request;
    this.response = response;
    this.body = body;
    this.gone = new Promise((resolve) => {
      request.socket.once("close", resolve);
    });
  }

  get method(): string | undefined {
    return this.#request.method;
  }

  /** Path and query as they travelled. */
  get url(): string {
    return this.#request.url ?? "";
  }

  header(name: string): string | string[] | undefined {
    return this.#request.headers[name];
  }

  json(document: unknown, status = 200): void {
    const type = status < 400 ? "application/json; charset=utf-8" : "application/problem+json";
    this.reply(status, type, JSON.stringify(document));
  }

  reply(status: number, type: string, body: string | Uint8Array): void {
    this.response.writeHead(status, { "content-type": type, "sync-generation": "g" }).end(body);
  }

  /** Cuts the connection without another word. */
  cut(): void {
    this.#request.socket.destroy();
  }
}

/** A bare HTTP server that plays the documented wire: what arrives is handed to the test. */
export class BareAgent {
  readonly socketPath: string;
  readonly #server: Server;
  readonly #arrived: Exchange[] = [];
  readonly #waiting: Array<(exchange: Exchange) => void> = [];
  /** How many connections there have been. */
  connections = 0;

  private constructor(socketPath: string, server: Server) {
    this.socketPath = socketPath;
    this.#server = server;
    server.on("connection", (socket) => {
      // Each request of a connection that is used again looks out for its end.
      socket.setMaxListeners(0);
      this.connections++;
    });
    server.on("request", (request, response) => void this.#take(request, response));
  }

  static async listen(socketPath: string): Promise<BareAgent> {
    const server = createServer();
    server.listen(socketPath);
    await once(server, "listening");
    return new BareAgent(socketPath, server);
  }

  /** The next request, in the order of arrival. */
  async next(): Promise<Exchange> {
    return this.#arrived.shift() ?? new Promise((resolve) => this.#waiting.push(resolve));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    if (this.#server.listening) {
      this.#server.close();
      await once(this.#server, "close");
    }
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const exchange = new Exchange(request, response, await text(request));
    const taker = this.#waiting.shift();
    if (taker === undefined) {
      this.#arrived.push(exchange);
    } else {
      taker(exchange);
    }
  }
}

/** A directory for sockets, short enough for their paths. */
export async function temporaryDirectory(): Promise<AsyncDisposable & { path(name: string): string }> {
  const directory = await mkdtemp(join(tmpdir(), "sync-"));
  return {
    path: (name) => join(directory, name),
    [Symbol.asyncDispose]: () => rm(directory, { recursive: true, force: true }),
  };
}
