import { Client } from "./client.js";
import type { ClientOptions } from "./options.js";
import type { TransportOptions } from "./transport.js";
import { undiciTransport } from "./undici-transport.js";

/** A client for a program that keeps running; `new Client(httpTransport(…))` suits a one-shot process. */
export function createClient(options: TransportOptions & ClientOptions): Client {
  return new Client(undiciTransport(options), options);
}
