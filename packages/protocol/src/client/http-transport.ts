import { request as httpRequest, type IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import { Connector } from "./connector.js";
import { exchange } from "./exchange.js";
import { requestHeaders, responseHead } from "./headers.js";
import type { Transport, TransportOptions, TransportRequest, TransportResponse } from "./transport.js";

/**
 * A transport on `node:http`, for a process that makes a call or two and ends: it loads nothing that Node
 * has not got, and each connection ends with its answer, so nothing keeps the process alive.
 */
export function httpTransport({ socketPaths }: TransportOptions): Transport {
  const connector = new Connector(socketPaths);
  return {
    get socketPath() {
      return connector.path;
    },
    request: (request) =>
      exchange(connector, request.signal, async () => send(await connector.connect(), request)),
    close: async () => {},
  };
}

/** Without an agent, `node:http` sends `connection: close` and sets no limit of its own to the wait. */
function send(socket: Socket, request: TransportRequest): Promise<TransportResponse> {
  const { method, path, body, signal } = request;
  return new Promise((resolve, reject) => {
    const sent = httpRequest({
      createConnection: () => socket,
      method,
      path,
      headers: requestHeaders(request),
      signal,
    });
    sent.once("response", (response) => resolve(toResponse(response)));
    sent.on("error", reject);
    sent.end(body);
  });
}

function toResponse(response: IncomingMessage): TransportResponse {
  return {
    status: response.statusCode ?? 0,
    ...responseHead(response.headers),
    body: response,
  };
}
