import type {
  EventDocument,
  GraphDocument,
  LimitsDocument,
  PingDocument,
  ReportBody,
  StartBody,
  UnitDocument,
  UnitRequirement,
  UnitRow,
  WaitBody,
  WaitDocument,
  WantBody,
  WhyDocument,
} from "../messages.js";
import type { RouteName } from "../routes.js";
import { CallScope } from "./call-scope.js";
import { type Call, Caller, unresponsive } from "./caller.js";
import { readEvents } from "./events.js";
import { hold } from "./held-call.js";
import { Lease, type LeaseStream } from "./lease.js";
import type {
  CallOptions,
  ClientOptions,
  EventsOptions,
  GraphTextOptions,
  HeldOptions,
  LeaseOptions,
  ReportOptions,
  StartOptions,
  WaitOptions,
  WantOptions,
} from "./options.js";
import { ProtocolError } from "./protocol-error.js";
import {
  isEventDocument,
  isGraphDocument,
  isLeaseDocument,
  isLimitsDocument,
  isOpenapiDocument,
  isPingDocument,
  isUnitDocument,
  isUnitList,
  isWaitDocument,
  isWhyDocument,
  readJson,
  readText,
} from "./reply.js";
import type { Transport } from "./transport.js";

/** Any method at all: it only ties the names of the methods to those of the routes. */
type Method = (...args: never[]) => unknown;

/** A body as it is put together: JSON leaves out what is `undefined`. */
type Sent<Body> = { readonly [Key in keyof Omit<Body, "timeout_ms">]: Body[Key] | undefined };

/**
 * Talks to an agent: a method a route.
 *
 * Every method rejects with a `ProtocolError`, or with the reason of the signal it was given once that is
 * aborted. Calls can overlap; each that waits holds a connection of its own.
 */
export class Client implements Record<RouteName, Method> {
  readonly #caller: Caller;
  readonly #answerWithinMs: number;

  constructor(transport: Transport, { answerWithinMs = 10_000 }: ClientOptions = {}) {
    this.#caller = new Caller(transport);
    this.#answerWithinMs = answerWithinMs;
  }

  /** The socket where the latest connection to the agent went; empty before there was one. */
  get socketPath(): string {
    return this.#caller.socketPath;
  }

  /** Tells which agent is there, and since when. */
  async ping({ signal }: CallOptions = {}): Promise<PingDocument> {
    return this.#call("ping", { signal }, isPingDocument);
  }

  /** Every unit in one consistent snapshot, sorted by name. */
  async list({ signal }: CallOptions = {}): Promise<UnitRow[]> {
    return this.#call("list", { signal }, isUnitList);
  }

  /** One unit and its dependencies. */
  async status(unit: string, { signal }: CallOptions = {}): Promise<UnitDocument> {
    return this.#call("status", { signal, unit }, isUnitDocument);
  }

  /** Declares dependencies of a unit: all of them, or none. */
  async want(
    unit: string,
    dependencies: readonly UnitRequirement[],
    { signal, lease }: WantOptions = {},
  ): Promise<UnitDocument> {
    const body: Sent<WantBody> = { dependencies: [...dependencies], lease };
    return this.#call("want", { signal, unit, body }, isUnitDocument);
  }

  /** Marks a unit started: at once, or with `wait` as soon as its dependencies are met. */
  async start(unit: string, options: StartOptions = {}): Promise<UnitDocument> {
    const { signal, wait, keepWaiting, owner, lease, pid, force } = options;
    const body: Sent<StartBody> = { wait, keep_waiting: keepWaiting, owner, lease, pid, force };
    return wait
      ? this.#hold(
          "start",
          options,
          (again) => ({ unit, body: again ? { ...body, again } : body }),
          isUnitDocument,
        )
      : this.#call("start", { signal, unit, body }, isUnitDocument);
  }

  /** Reports that a unit has succeeded. */
  async complete(unit: string, options: ReportOptions = {}): Promise<UnitDocument> {
    return this.#report("complete", unit, options);
  }

  /** Reports that a unit has failed. */
  async fail(unit: string, options: ReportOptions = {}): Promise<UnitDocument> {
    return this.#report("fail", unit, options);
  }

  /** Makes a unit pending again. */
  async reset(unit: string, options: ReportOptions = {}): Promise<UnitDocument> {
    return this.#report("reset", unit, options);
  }

  /** Makes every unit pending again, or none when one of them belongs to another owner. */
  async resetAll({ signal, reason, lease, pid, force }: ReportOptions = {}): Promise<UnitRow[]> {
    const body: Sent<ReportBody> = { reason, lease, pid, force };
    return this.#call("resetAll", { signal, body }, isUnitList);
  }

  /** Waits until the units have reached what is required of them, without being a unit. */
  async wait(units: readonly UnitRequirement[], options: WaitOptions = {}): Promise<WaitDocument> {
    const { mode, keepWaiting, pid } = options;
    const body: Sent<WaitBody> = { units: [...units], mode, keep_waiting: keepWaiting, pid };
    return this.#hold("wait", options, () => ({ body }), isWaitDocument);
  }

  /** One unit, and all that it waits for, down to the roots. */
  async why(unit: string, { signal }: CallOptions = {}): Promise<WhyDocument> {
    return this.#call("why", { signal, unit }, isWhyDocument);
  }

  /**
   * Opens a lease: what is started with it fails when it ends, unless it has reported before. The signal ends the
   * opening; a lease that is open ends with its `close`.
   */
  async lease({ signal, pid, onDetached }: LeaseOptions = {}): Promise<Lease> {
    let generation: string | undefined;
    return Lease.open(async (lease) => {
      const opening = lease === undefined ? signal : undefined;
      const stream = await this.#openLease({ signal: opening, query: { pid, lease }, generation });
      generation ??= this.#caller.generation;
      return stream;
    }, onDetached);
  }

  /**
   * Yields a snapshot, or with `after` what came since, and then every fact as it happens; ends when the
   * agent stops. Nothing is sent before the first one is asked for; leaving the loop closes the connection.
   */
  async *events({ signal, after }: EventsOptions = {}): AsyncGenerator<EventDocument, void, undefined> {
    yield* this.#caller.stream("events", { signal, query: { after } }, (response) =>
      readEvents("events", response, isEventDocument),
    );
  }

  /** The whole graph, as data or, with a format, as text to draw. */
  graph(options?: CallOptions): Promise<GraphDocument>;
  graph(options: GraphTextOptions): Promise<string>;
  async graph(options: CallOptions | GraphTextOptions = {}): Promise<GraphDocument | string> {
    const { signal } = options;
    const format = "format" in options ? options.format : undefined;
    if (format === undefined) {
      return this.#call("graph", { signal }, isGraphDocument);
    }
    return this.#text("graph", { signal, query: { format } });
  }

  /** How much the agent may hold at most, and how much it does. */
  async limits({ signal }: CallOptions = {}): Promise<LimitsDocument> {
    return this.#call("limits", { signal }, isLimitsDocument);
  }

  /** What the agent counts and measures, in the text format of Prometheus. */
  async metrics({ signal }: CallOptions = {}): Promise<string> {
    return this.#text("metrics", { signal });
  }

  /** The agent's own description of its routes, as OpenAPI 3.1. */
  async openapi({ signal }: CallOptions = {}): Promise<Record<string, unknown>> {
    return this.#call("openapi", { signal }, isOpenapiDocument);
  }

  /** Ends every open call with an `AbortError` and releases the connections; later calls reject. */
  async close(): Promise<void> {
    await this.#caller.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #openLease({ signal, ...call }: Call): Promise<LeaseStream> {
    const afterMs = this.#answerWithinMs;
    const scope = new CallScope(signal, { afterMs, reason: () => unresponsive("lease", afterMs) });
    const stream = this.#caller.stream("lease", { ...call, signal: scope.signal }, (response) =>
      readEvents("lease", response, isLeaseDocument),
    );
    const opened = await stream.next().finally(() => scope.release());
    if (opened.done) {
      throw leaseEnded();
    }
    const ended = stream.next().then(leaseEnded, (error: unknown) => error);
    return { id: opened.value.lease, ended, end: () => scope.end(undefined) };
  }

  async #report(
    name: "complete" | "fail" | "reset",
    unit: string,
    { signal, reason, lease, pid, force }: ReportOptions,
  ): Promise<UnitDocument> {
    const body: Sent<ReportBody> = { reason, lease, pid, force };
    return this.#call(name, { signal, unit, body }, isUnitDocument);
  }

  /** All the time, one and the same generation of the agent: another one does not know what it is to wait for. */
  async #hold<Reply>(
    name: RouteName,
    options: HeldOptions,
    callOf: (again: boolean) => Call,
    isReply: (value: unknown) => value is Reply,
  ): Promise<Reply> {
    const { signal } = options;
    const generation = this.#caller.generation ?? (await this.ping({ signal })).generation;
    return hold(options, (timeoutMs, again) => {
      const { unit, body } = callOf(again);
      const call = { signal, unit, body: { ...body, timeout_ms: timeoutMs }, generation };
      return this.#call(name, { ...call, deadlineMs: this.#heldMs(timeoutMs) }, isReply);
    });
  }

  async #call<Reply>(
    name: RouteName,
    call: Call,
    isReply: (value: unknown) => value is Reply,
  ): Promise<Reply> {
    return this.#caller.call(name, { deadlineMs: this.#answerWithinMs, ...call }, (response) =>
      readJson(name, response, isReply),
    );
  }

  async #text(name: RouteName, call: Call): Promise<string> {
    return this.#caller.call(name, { deadlineMs: this.#answerWithinMs, ...call }, (response) =>
      readText(name, response),
    );
  }

  /** A wait gets its own time and then as long as any other call, so that a frozen agent is noticed. */
  #heldMs(timeoutMs: number): number | undefined {
    return timeoutMs > 0 ? timeoutMs + this.#answerWithinMs : undefined;
  }
}

function leaseEnded(): ProtocolError {
  return new ProtocolError("AGENT_STOPPING", "the agent has ended the lease");
}
