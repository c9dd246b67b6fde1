import { randomUUID } from "node:crypto";
import { createServer, type RequestListener, type Server } from "node:http";
import swagger from "@fastify/swagger";
import { type TypeBoxTypeProvider, TypeBoxValidatorCompiler } from "@fastify/type-provider-typebox";
import { Coordinator, type Journal, MemoryJournal, type ReadonlyUnitManager } from "@sync/manager";
import { generationHeader } from "@sync/protocol";
import fastify, {
  type FastifyBaseLogger,
  type FastifyReply,
  type FastifyRequest,
  LogController,
} from "fastify";
import manifest from "../package.json" with { type: "json" };
import { type AccessOptions, accessOf } from "./access.js";
import { systemClock } from "./clock.js";
import { AgentError } from "./errors.js";
import { untilIdle } from "./idle.js";
import { FileJournal } from "./journal/file-journal.js";
import { Owners } from "./owners.js";
import { answerParseError, answerUnread, problem, problemOf, problemType } from "./problems.js";
import type { App, Context } from "./routes/context.js";
import { eventsRoute } from "./routes/events.js";
import { graphRoute } from "./routes/graph.js";
import { healthRoutes } from "./routes/health.js";
import { leaseRoute } from "./routes/lease.js";
import { unitRoutes } from "./routes/units.js";
import { waitRoute } from "./routes/wait.js";
import { type ClaimedSocket, claimSocket } from "./socket.js";

export interface AgentOptions extends AccessOptions {
  readonly socketPath: string;
  /** @default none */
  readonly logger?: FastifyBaseLogger;
  /**
   * Where events are kept: a directory of the agent's own, which is made if need be (0700), or any journal.
   * @default in memory, as long as the process lives
   */
  readonly journal?: string | Journal;
  /** How long a lease that has lost its agent has to come back to the next one, in ms. @default 5 000 */
  readonly leaseGraceMs?: number;
  /** How long a request may take to arrive, in ms; its answer may take any time. @default 30 000 */
  readonly requestTimeoutMs?: number;
  /** How large a request's body may be, in bytes. @default 1 MiB */
  readonly bodyLimit?: number;
  /** How many units there may be, names that are only wanted included. @default 100 000 */
  readonly maxUnits?: number;
  /** How many connections may wait to be accepted; the kernel has its own limit. @default 65 535 */
  readonly backlog?: number;
}

export interface Agent {
  readonly socketPath: string;
  /**
   * Resolves when for so long, in ms, nobody has been connected and no unit has been started or owned. Costs
   * one timer at most, which runs only while nobody is connected.
   */
  untilIdle(afterMs: number): Promise<void>;
  /** Answers what is held with `AGENT_STOPPING`, lets running requests end, and removes the socket. */
  close(): Promise<void>;
}

/** How long requests that do not end by themselves may keep a stopping agent alive, in ms. */
const closeGraceMs = 2_000;
/** How often one looks meanwhile for connections that are no longer needed, in ms. */
const sweepMs = 20;

/**
 * Starts an agent on a Unix socket.
 *
 * @throws {AgentError} `AGENT_ALREADY_RUNNING`, `SOCKET_UNAVAILABLE`, `SOCKET_DIRECTORY_UNSAFE`,
 * `LOCK_UNAVAILABLE`, `JOURNAL_CORRUPT`, `JOURNAL_UNAVAILABLE`.
 */
export async function createAgent(options: AgentOptions): Promise<Agent> {
  return serve(await claimSocket(options.socketPath, accessOf(options)), options);
}

/** Starts an agent on a socket path that is taken already, and gives that up if it cannot. */
export async function serve(
  socket: ClaimedSocket,
  options: Omit<AgentOptions, "socketPath">,
): Promise<Agent> {
  let journal: FileJournal | undefined;
  try {
    const { journal: asked = new MemoryJournal() } = options;
    const kept = typeof asked === "string" ? await FileJournal.open(asked) : asked;
    if (kept instanceof FileJournal) {
      journal = kept;
      const isUsual = kept.beginning === "new" || kept.beginning === "kept";
      options.logger?.[isUsual ? "debug" : "warn"](
        { journal: kept.path, beginning: kept.beginning, events: kept.sequence },
        "journal opened",
      );
    }
    const coordinator = await Coordinator.open({
      journal: kept,
      clock: systemClock,
      limits: { units: options.maxUnits ?? 100_000 },
    });
    const owners = new Owners(coordinator, options.leaseGraceMs ?? 5_000);
    const stopping = new AbortController();
    const { app, server } = createApp(options, {
      coordinator,
      owners,
      version: manifest.version,
      journal,
      generation: journal?.generation ?? randomUUID(),
      stopping: stopping.signal,
    });
    await app.ready();
    await socket.listen(server, options.backlog ?? 65_535);
    const close = async () => {
      const reason = new AgentError(
        "AGENT_STOPPING",
        "the agent is stopping: start it again and repeat the command",
      );
      stopping.abort(reason);
      owners.close();
      await coordinator.close(reason);
      await closeServer(server);
      await app.close();
      await journal?.close();
      socket.release();
    };
    let closed: Promise<void> | undefined;
    return {
      socketPath: socket.path,
      untilIdle: (afterMs) => untilIdle(server, afterMs, () => isBusy(coordinator.units)),
      close: () => {
        closed ??= close();
        return closed;
      },
    };
  } catch (error) {
    await journal?.close();
    socket.release();
    throw error;
  }
}

/** Says whether somebody works who need not be connected. */
function isBusy(units: ReadonlyUnitManager): boolean {
  return units.owners().length > 0 || units.units().some(({ status }) => status === "started");
}

/** Takes no more connections and waits for the answers that are under way. */
function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const end = setTimeout(() => server.closeAllConnections(), closeGraceMs);
    // A connection is idle once its answer has been sent, and nobody tells.
    const sweep = setInterval(() => server.closeIdleConnections(), sweepMs);
    server.close(() => {
      clearTimeout(end);
      clearInterval(sweep);
      resolve();
    });
  });
}

function createApp(
  options: Omit<AgentOptions, "socketPath">,
  context: Context,
): { app: App; server: Server } {
  const { requestTimeoutMs = 30_000, bodyLimit = 1_048_576 } = options;
  const server = createServer({
    requestTimeout: requestTimeoutMs,
    headersTimeout: requestTimeoutMs,
    connectionsCheckingInterval: Math.min(requestTimeoutMs, 10_000),
    keepAliveTimeout: 60_000,
  });
  const app = fastify({
    ...(options.logger === undefined ? {} : { loggerInstance: options.logger }),
    serverFactory: (handler: RequestListener) => server.on("request", handler),
    bodyLimit,
    clientErrorHandler: answerParseError,
    logController: new LogController({ disableRequestLogging: true }),
    frameworkErrors: (error, request, reply) => void answerError(error, request, reply),
    return503OnClosing: false,
    routerOptions: { maxParamLength: bodyLimit },
  }).withTypeProvider<TypeBoxTypeProvider>();

  app.setValidatorCompiler(TypeBoxValidatorCompiler);
  app.setSerializerCompiler(() => JSON.stringify);
  app.removeContentTypeParser("text/plain");
  app.setErrorHandler(answerError);
  app.setNotFoundHandler((request, reply) =>
    reply
      .code(404)
      .type(problemType)
      .send(problem("ROUTE_NOT_FOUND", `there is no ${request.method} ${request.url}`)),
  );
  app.addHook("onRequest", async (request, reply) => {
    reply.header(generationHeader, context.generation);
    context.stopping.throwIfAborted();
    checkGeneration(request.headers[generationHeader], context.generation);
  });
  app.addHook("preValidation", async (request) => {
    if (request.method === "POST") request.body ??= {};
  });
  app.addHook("onResponse", async ({ log, method, url }, { statusCode, elapsedTime }) => {
    // What follows the path may be a lease, by which its owner is known.
    const [path] = url.split("?", 1);
    log.debug({ method, path, statusCode, ms: Math.round(elapsedTime) }, "answered");
  });
  app.register(swagger, {
    openapi: { openapi: "3.1.0", info: { title: "sync agent", version: context.version } },
  });
  app.register(async (scope) => {
    const api = scope.withTypeProvider<TypeBoxTypeProvider>();
    healthRoutes(api, context);
    unitRoutes(api, context);
    waitRoute(api, context);
    leaseRoute(api, context);
    eventsRoute(api, context);
    graphRoute(api, context);
  });
  return { app, server };
}

/** Who has asked another generation of the agent, and has waited since, is not served by this one. */
function checkGeneration(asked: string | string[] | undefined, generation: string): void {
  if (asked === undefined || asked === generation) return;
  const ago = Math.round(process.uptime());
  throw new AgentError(
    "AGENT_RESTARTED",
    `the agent has been restarted ${ago} s ago (it is generation ${generation} now), and knows nothing of before`,
  );
}

function answerError(error: unknown, request: FastifyRequest, reply: FastifyReply) {
  if (error instanceof AgentError && error.code === "CLIENT_GONE") return reply.hijack();
  const document = problemOf(error);
  if (document.code === "INTERNAL") request.log.error({ err: error }, "cannot answer");
  if (document.code === "BODY_TOO_LARGE") {
    reply.hijack();
    return answerUnread(document, request.raw, reply.raw);
  }
  return reply.code(document.status).type(problemType).send(document);
}
