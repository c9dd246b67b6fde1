import type { ClientOptions } from "../../src/client/index.js";
import {
  Client,
  httpTransport,
  type Transport,
  type TransportOptions,
  undiciTransport,
} from "../../src/client/index.js";
import { BareAgent, temporaryDirectory } from "./bare-agent.js";

export type MakeTransport = (options: TransportOptions) => Transport;

/** Every transport there is; each suite runs over all of them. */
export const transports: ReadonlyArray<readonly [name: string, make: MakeTransport]> = [
  ["undici", undiciTransport],
  ["node:http", httpTransport],
];

export interface Stage extends AsyncDisposable {
  readonly agent: BareAgent;
  readonly client: Client;
  /** Lets the client learn which agent it is: a wait asks for that first. */
  meet(): Promise<void>;
}

/** An agent that answers as a test tells it to, and a client of it. */
export async function setStage(make: MakeTransport, options?: ClientOptions): Promise<Stage> {
  const directory = await temporaryDirectory();
  const agent = await BareAgent.listen(directory.path("agent.sock"));
  const client = new Client(make({ socketPaths: [agent.socketPath] }), options);
  return {
    agent,
    client,
    meet: async () => {
      const pinged = client.ping();
      (await agent.next()).json(ping);
      await pinged;
    },
    [Symbol.asyncDispose]: async () => {
      await client.close();
      await agent[Symbol.asyncDispose]();
      await directory[Symbol.asyncDispose]();
    },
  };
}

export const pending = {
  unit_name: "claude",
  status: "pending",
  is_ready: true,
  dependencies: [],
  readiness: "ready",
  since: null,
  reason: null,
  owner: null,
  starting: null,
  waiters: [],
  root_causes: [],
} as const;

export const ping = {
  version: "1.2.3",
  generation: "g",
  pid: 1,
  uptime_ms: 2,
  sequence: 3,
  units: 4,
  waiters: 5,
  journal: null,
} as const;
