import { maxTimerMs } from "../duration.js";
import { type RouteName, routePath, routes } from "../routes.js";
import { CallScope } from "./call-scope.js";
import { ProtocolError } from "./protocol-error.js";
import type { Transport, TransportRequest, TransportResponse } from "./transport.js";

/** What one call sends, and how long it may take. */
export interface Call {
  readonly signal?: AbortSignal | undefined;
  readonly unit?: string | undefined;
  readonly query?: Readonly<Record<string, string | number | undefined>>;
  readonly body?: object;
  /** The only generation of the agent that may answer. */
  readonly generation?: string | undefined;
  /** `undefined` waits for as long as the connection lives. */
  readonly deadlineMs?: number | undefined;
}

/** Sends calls by route name, and ends them: by their signal, by their deadline, or all by `close`. */
export class Caller {
  readonly #transport: Transport;
  readonly #open = new Set<CallScope>();
  #generation: string | undefined;
  #closed = false;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** Where the latest connection to the agent went; empty before there was one. */
  get socketPath(): string {
    return this.#transport.socketPath;
  }

  /** Which generation of the agent has answered last; `undefined` before the first answer. */
  get generation(): string | undefined {
    return this.#generation;
  }

  /** Resolves with what `read` makes of the answer; the deadline covers the reading too. */
  async call<Reply>(
    name: RouteName,
    call: Call,
    read: (response: TransportResponse) => Promise<Reply>,
  ): Promise<Reply> {
    const scope = this.#enter(name, call);
    try {
      return await read(await this.#send(name, call, scope.signal));
    } catch (error) {
      // Whatever is left of the answer is not read: its connection must not linger.
      scope.end(error);
      throw error;
    } finally {
      this.#leave(scope);
    }
  }

  /** Yields what `read` finds in the answer as it arrives; leaving the loop closes the connection. */
  async *stream<Item>(
    name: RouteName,
    call: Call,
    read: (response: TransportResponse) => AsyncIterable<Item>,
  ): AsyncGenerator<Item, void, undefined> {
    const scope = this.#enter(name, call);
    try {
      yield* read(await this.#send(name, call, scope.signal));
    } finally {
      scope.end(undefined);
      this.#leave(scope);
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const scope of this.#open) {
      scope.end(closedError());
    }
    await this.#transport.close();
  }

  async #send(name: RouteName, call: Call, signal: AbortSignal): Promise<TransportResponse> {
    const response = await this.#transport.request(toRequest(name, call, signal));
    if (response.generation !== "") {
      this.#generation = response.generation;
    }
    return response;
  }

  #enter(name: RouteName, { signal, deadlineMs }: Call): CallScope {
    if (this.#closed) {
      throw closedError();
    }
    const scope = new CallScope(
      signal,
      deadlineMs === undefined
        ? undefined
        : { afterMs: Math.min(deadlineMs, maxTimerMs), reason: () => unresponsive(name, deadlineMs) },
    );
    this.#open.add(scope);
    return scope;
  }

  #leave(scope: CallScope): void {
    this.#open.delete(scope);
    scope.release();
  }
}

function toRequest(name: RouteName, call: Call, signal: AbortSignal): TransportRequest {
  const { unit, query, body, generation } = call;
  return {
    method: routes[name].method,
    path: withQuery(pathOf(name, unit), query ?? {}),
    body: body === undefined ? undefined : JSON.stringify(body),
    generation,
    signal,
  };
}

function pathOf(name: RouteName, unit: string | undefined): string {
  try {
    return routePath(name, unit);
  } catch (cause) {
    // Half of a surrogate pair has no UTF-8, so it cannot be put into a path.
    throw new ProtocolError("UNIT_ID_INVALID", "the unit name is not well-formed Unicode", { cause });
  }
}

function withQuery(path: string, query: Readonly<Record<string, string | number | undefined>>): string {
  const search = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) {
    if (value !== undefined) {
      search.set(key, String(value));
    }
  }
  return search.size === 0 ? path : `${path}?${search.toString()}`;
}

export function unresponsive(name: RouteName, deadlineMs: number): ProtocolError {
  return new ProtocolError(
    "AGENT_UNRESPONSIVE",
    `the agent has not answered "${name}" within ${deadlineMs / 1000} s`,
  );
}

function closedError(): DOMException {
  return new DOMException("the client is closed", "AbortError");
}
