import type { TypeBoxTypeProvider } from "@fastify/type-provider-typebox";
import type { Caller, Coordinator } from "@sync/manager";
import type {
  FastifyBaseLogger,
  FastifyInstance,
  FastifyReply,
  FastifyRequest,
  RawReplyDefaultExpression,
  RawRequestDefaultExpression,
  RawServerDefault,
} from "fastify";
import type { Connections } from "../connections.js";
import { AgentError } from "../errors.js";
import type { FileJournal } from "../journal/file-journal.js";
import type { Limits } from "../limits.js";
import type { Metrics } from "../metrics/metrics.js";
import type { Owners } from "../owners.js";
import { commandOf } from "../processes.js";

export type App = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>;

/** What the routes share. */
export interface Context {
  readonly coordinator: Coordinator;
  readonly owners: Owners;
  readonly connections: Connections;
  readonly limits: Limits;
  readonly metrics: Metrics;
  /** `undefined` when events are lost with the process. */
  readonly journal: FileJournal | undefined;
  readonly version: string;
  /** Names what the agent knows: the same after a restart that loses nothing. */
  readonly generation: string;
  /** Aborts when the agent begins to stop. */
  readonly stopping: AbortSignal;
}

/** Who asks, for others to see that it waits. */
export function callerOf({ pid }: { readonly pid?: number | undefined }): Caller {
  return pid === undefined ? {} : { pid, command: commandOf(pid) };
}

/**
 * Aborts when whoever asked is gone, so that nobody is waited for in vain; or before, with another signal.
 *
 * Not by `AbortSignal.any`: of a signal that lives on, Node 20 keeps a little for each that was made of it.
 */
export function disconnected(request: FastifyRequest, reply: FastifyReply, other?: AbortSignal): AbortSignal {
  const controller = new AbortController();
  const abortWithOther = () => controller.abort(other?.reason);
  const end = () => {
    other?.removeEventListener("abort", abortWithOther);
    if (!reply.raw.writableFinished) {
      controller.abort(new AgentError("CLIENT_GONE", "whoever asked is gone"));
    }
  };
  if (other?.aborted) abortWithOther();
  other?.addEventListener("abort", abortWithOther);
  if (request.raw.socket.destroyed) end();
  reply.raw.once("close", end);
  return controller.signal;
}
