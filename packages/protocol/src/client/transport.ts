/** One HTTP request. */
export interface TransportRequest {
  readonly method: "GET" | "POST";
  /** Path and query, sent byte for byte: nothing is normalised, so `%2E%2E` stays. */
  readonly path: string;
  /** JSON text. */
  readonly body?: string | undefined;
  /** The only generation of the agent that may answer. */
  readonly generation?: string | undefined;
  /** Ends the request and closes its connection, so that the agent notices. */
  readonly signal: AbortSignal;
}

/** The answer's head, and its body as it arrives. */
export interface TransportResponse {
  readonly status: number;
  /** Lower case, without parameters; empty when there is none. */
  readonly contentType: string;
  /** Which generation of the agent has answered; empty when it does not say. */
  readonly generation: string;
  readonly body: AsyncIterable<Uint8Array>;
}

/** How requests reach the agent. */
export interface Transport {
  /** Where the latest connection to an agent went; empty before there was one. */
  readonly socketPath: string;

  /**
   * Sends one request, and resolves with the head of the answer, however long that takes: the caller's
   * signal is the only limit. Reading the body fails in the same ways.
   *
   * @throws {ProtocolError} `AGENT_UNREACHABLE` or `INVALID_REPLY`.
   * @throws the signal's reason, once that is aborted.
   */
  request(request: TransportRequest): Promise<TransportResponse>;

  /** Releases every connection. Requests that are still open fail. */
  close(): Promise<void>;
}

/** What a transport needs to know. */
export interface TransportOptions {
  /** Where the agent's socket can be; each is tried in turn until one answers. */
  readonly socketPaths: readonly string[];
}
