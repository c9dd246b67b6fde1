import { randomUUID } from "node:crypto";
import { createServer, type RequestListener, type Server } from "node:http";
import { Coordinator, type Journal, MemoryJournal, type ReadonlyUnitManager } from "@sync/manager";
import { generationHeader, maxTimerMs, requestIdHeader } from "@sync/protocol";
import { type FastifyBaseLogger, type FastifyReply, type FastifyRequest, LogController } from "fastify";
import manifest from "../package.json" with { type: "json" };
import { type AccessOptions, accessOf } from "./access.js";
import { idleMs, limitArrivals } from "./arrivals.js";
import { systemClock } from "./clock.js";
import { Connections } from "./connections.js";
import { AgentError } from "./errors.js";
import { newApp } from "./framework.js";
import { FileJournal } from "./journal/file-journal.js";
import { journalObserver, logOpening } from "./journal/report.js";
import { type Limits, limitsWith } from "./limits.js";
import { Metrics } from "./metrics/metrics.js";
import { Owners } from "./owners.js";
import { answerParseError, answerUnread, problemOf, problemType } from "./problems.js";
import { conclude, requestNamer } from "./requests.js";
import type { App, Context } from "./routes/context.js";
import { registerRoutes } from "./routes/index.js";
import { type ClaimedSocket, claimSocket } from "./socket.js";
import { Turns } from "./turns.js";

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
  /** What it may have only so much of. @default the usual limits */
  readonly limits?: Partial<Limits>;
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
    const limits = limitsWith(options.limits);
    const metrics = new Metrics();
    const { journal: asked = new MemoryJournal({ capacity: limits.backlog }) } = options;
    const observer = journalObserver(metrics, options.logger);
    const kept =
      typeof asked === "string"
        ? await FileJournal.open(asked, { backlog: limits.backlog, observer })
        : asked;
    if (kept instanceof FileJournal) {
      journal = kept;
      logOpening(kept, options.logger);
    }
    const coordinator = await Coordinator.open({ journal: kept, clock: systemClock, limits });
    // Where nothing was before, nobody comes back.
    const hasPast = journal?.isContinued ?? coordinator.sequence > 0;
    const owners = new Owners(coordinator, hasPast ? (options.leaseGraceMs ?? 5_000) : 0);
    const stopping = new AbortController();
    const server = createServer({
      // On a socket of its own it would say nothing, and Node refuses its lack in words that are none of ours.
      requireHostHeader: false,
      maxHeaderSize: limits.headers,
      // `limitArrivals` sees to it, without a timer that never rests.
      requestTimeout: 0,
      headersTimeout: 0,
      connectionsCheckingInterval: maxTimerMs,
      keepAliveTimeout: idleMs(limits.request),
    });
    // What nobody here has heard of may be ignored (RFC 9110); Node refuses it as above.
    server.on("checkExpectation", (request, response) => server.emit("request", request, response));
    const turns = new Turns(limits.pipeline);
    limitArrivals(server, limits.request, turns);
    const connections = new Connections(server, limits, turns);
    const app = createApp(options, server, turns, {
      coordinator,
      owners,
      connections,
      limits,
      metrics,
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
      untilIdle: (afterMs) => connections.untilIdle(afterMs, () => isBusy(coordinator.units)),
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
  { logger }: Pick<AgentOptions, "logger">,
  server: Server,
  turns: Turns,
  context: Context,
): App {
  const { limits, metrics, generation } = context;
  const sign = (request: FastifyRequest, reply: FastifyReply) => {
    reply.header(generationHeader, generation).header(requestIdHeader, request.id);
  };
  const refuse = (error: unknown, request: FastifyRequest, reply: FastifyReply) =>
    answerError(error, request, reply, metrics);
  const app = newApp({
    ...(logger !== undefined && { loggerInstance: logger }),
    genReqId: requestNamer(),
    // A logger for each request would cost more than what is logged of most: it is named in what is.
    childLoggerFactory: (parent) => parent,
    serverFactory: (handler: RequestListener) =>
      server.on("request", (request, response) =>
        turns.take(request, response, () => handler(request, response)),
      ),
    bodyLimit: limits.body,
    clientErrorHandler: (error, socket) =>
      turns.of(socket).some(({ complete }) => complete) ? socket.destroy() : answerParseError(error, socket),
    logController: new LogController({ disableRequestLogging: true }),
    // Of requests for which there can be no hooks.
    frameworkErrors: (error, request, reply) => {
      sign(request, reply);
      void refuse(error, request, reply);
    },
    return503OnClosing: false,
    routerOptions: { maxParamLength: limits.headers },
  });

  app.removeContentTypeParser("text/plain");
  app.setErrorHandler(refuse);
  app.setNotFoundHandler((request, reply) =>
    refuse(new AgentError("ROUTE_NOT_FOUND", `there is no ${request.method} ${request.url}`), request, reply),
  );
  // No promises: these are on the way of every command.
  app.addHook("onRequest", (request, reply, done) => {
    sign(request, reply);
    context.stopping.throwIfAborted();
    admit(request, reply, context.connections);
    checkGeneration(request.headers[generationHeader], generation);
    done();
  });
  app.addHook("onResponse", (request, reply, done) => {
    if (reply.statusCode < 400) conclude(metrics, request, reply, "ok");
    done();
  });
  registerRoutes(app, context);
  return app;
}

/** The connection of a request that may not be there is closed with the answer. */
function admit(request: FastifyRequest, reply: FastifyReply, connections: Connections): void {
  try {
    connections.admit(request.raw.socket);
  } catch (error) {
    reply.header("connection", "close");
    throw error;
  }
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

function answerError(error: unknown, request: FastifyRequest, reply: FastifyReply, metrics: Metrics) {
  if (error instanceof AgentError && error.code === "CLIENT_GONE") {
    conclude(metrics, request, reply, error.code);
    return reply.hijack();
  }
  const document = problemOf(error, request.id);
  if (document.code === "INTERNAL") request.log.error({ request: request.id, err: error }, "cannot answer");
  conclude(metrics, request, reply, document.code);
  if (request.raw.complete) return reply.code(document.status).type(problemType).send(document);
  reply.hijack();
  return answerUnread(document, request.raw, reply);
}
