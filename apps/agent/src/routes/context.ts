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
 * Aborts when whoever asked is gone, so that nobody is waited for in vain. It watches the connection: of
 * several requests on one, only the response that is next to be sent hears of its end.
 */
export function disconnected(request: FastifyRequest, reply: FastifyReply): AbortSignal {
  const { socket } = request.raw;
  const controller = new AbortController();
  const abort = () => controller.abort(new AgentError("CLIENT_GONE", "whoever asked is gone"));
  if (socket.destroyed) abort();
  socket.once("close", abort);
  reply.raw.once("finish", () => socket.off("close", abort));
  return controller.signal;
}
