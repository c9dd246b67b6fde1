import type { TypeBoxTypeProvider } from "@fastify/type-provider-typebox";
import type { Coordinator } from "@sync/manager";
import type {
  FastifyBaseLogger,
  FastifyInstance,
  FastifyReply,
  RawReplyDefaultExpression,
  RawRequestDefaultExpression,
  RawServerDefault,
} from "fastify";
import { AgentError } from "../errors.js";

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
  readonly version: string;
  /** Another one after every start of the agent. */
  readonly generation: string;
  /** Aborts when the agent begins to stop. */
  readonly stopping: AbortSignal;
}

/** Aborts when whoever asked is gone, so that nobody is waited for in vain. */
export function disconnected(reply: FastifyReply): AbortSignal {
  const controller = new AbortController();
  reply.raw.once("close", () => controller.abort(new AgentError("CLIENT_GONE", "whoever asked is gone")));
  return controller.signal;
}
