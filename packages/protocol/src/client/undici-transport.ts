import { callbackify } from "node:util";
import { Pool } from "undici";
import { Connector } from "./connector.js";
import { exchange } from "./exchange.js";
import { requestHeaders, responseHead } from "./headers.js";
import type { Transport, TransportOptions } from "./transport.js";

/**
 * A transport on undici, for a program that keeps calling: connections are used again. Idle ones do not
 * keep the process alive.
 */
export function undiciTransport({ socketPaths }: TransportOptions): Transport {
  const connector = new Connector(socketPaths);
  const connect = callbackify(() => connector.connect());
  const pool = new Pool("http://localhost", {
    connect: (_options, callback) =>
      connect((error, socket) => (error === null ? callback(null, socket) : callback(error, null))),
    // A wait may last for hours; undici's own limit is five minutes.
    headersTimeout: 0,
    bodyTimeout: 0,
  });

  return {
    get socketPath() {
      return connector.path;
    },
    request: (request) =>
      exchange(connector, request.signal, async () => {
        const { method, path, body = null, signal } = request;
        const headers = requestHeaders(request);
        const response = await pool.request({ method, path, headers, body, signal });
        return {
          status: response.statusCode,
          ...responseHead(response.headers),
          body: response.body,
        };
      }),
    close: () => pool.destroy(),
  };
}
