import { callbackify } from "node:util";
import { Pool } from "undici";
import { Connector } from "./connector.js";
import { exchange } from "./exchange.js";
import { requestHeaders, toContentType } from "./headers.js";
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
    request: ({ method, path, body, signal }) =>
      exchange(connector, signal, async () => {
        const headers = requestHeaders(body);
        const response = await pool.request({ method, path, headers, body: body ?? null, signal });
        return {
          status: response.statusCode,
          contentType: toContentType(response.headers["content-type"]),
          body: response.body,
        };
      }),
    close: () => pool.destroy(),
  };
}
