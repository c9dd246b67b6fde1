export { Client } from "./client.js";
export { createClient } from "./create-client.js";
export { httpTransport } from "./http-transport.js";
export { Lease } from "./lease.js";
export type {
  CallOptions,
  ClientOptions,
  EventsOptions,
  GraphTextOptions,
  HeldOptions,
  LeaseOptions,
  OwnerOptions,
  ReportOptions,
  StartOptions,
  WaitOptions,
  WantOptions,
} from "./options.js";
export { ProtocolError, type TriedPath } from "./protocol-error.js";
export type { Transport, TransportOptions, TransportRequest, TransportResponse } from "./transport.js";
export { undiciTransport } from "./undici-transport.js";
