import { type IncomingMessage, STATUS_CODES } from "node:http";
import type { Socket } from "node:net";
import { ManagerError, type ManagerErrorDetails } from "@sync/manager";
import { type ErrorCode, errors, isErrorCode, type ProblemDocument } from "@sync/protocol";
import type { FastifyReply } from "fastify";
import { blocker, rootCause } from "./views.js";

export const problemType = "application/problem+json; charset=utf-8";

/** What the web framework calls what we have a code for. */
const frameworkCodes: Readonly<Record<string, ErrorCode>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: "BODY_TOO_LARGE",
  FST_ERR_CTP_INVALID_MEDIA_TYPE: "UNSUPPORTED_MEDIA_TYPE",
};

/** What Node's HTTP parser calls it. */
const parserCodes: Readonly<Record<string, ErrorCode>> = {
  HPE_HEADER_OVERFLOW: "HEADERS_TOO_LARGE",
  ERR_HTTP_REQUEST_TIMEOUT: "REQUEST_TIMEOUT",
};

function problem(code: ErrorCode, detail: string, details: ManagerErrorDetails = {}): ProblemDocument {
  const { status, title } = errors[code];
  const { unit, path, blockers, rootCauses } = details;
  return {
    type: `urn:sync:${code}`,
    title,
    status: status ?? 500,
    detail,
    code,
    ...(unit !== undefined && { unit_name: unit }),
    ...(path !== undefined && { path: [...path] }),
    ...(blockers !== undefined && { blockers: blockers.map(blocker) }),
    ...(rootCauses !== undefined && { root_causes: rootCauses.map(rootCause) }),
  };
}

/**
 * The document of anything that was thrown. What nobody foresaw is `INTERNAL` and keeps its words to the log,
 * where they are found by the name of the request.
 */
export function problemOf(error: unknown, request: string): ProblemDocument {
  if (error instanceof ManagerError) return problem(error.code, error.message, error.details);
  if (error instanceof Error && "code" in error && typeof error.code === "string") {
    if (isErrorCode(error.code)) return problem(error.code, error.message);
    const code = frameworkCodes[error.code];
    if (code !== undefined) return problem(code, error.message);
  }
  if (error instanceof Error && "statusCode" in error && Number(error.statusCode) < 500) {
    return problem("INVALID_REQUEST", error.message);
  }
  return problem("INTERNAL", `the agent's log says more about request "${request}"`);
}

/** How long the rest of a body that is refused may take to arrive, in ms. */
const lingerMs = 2_000;

/**
 * Answers a request whose body has not been read, and reads on before it closes the connection: one
 * that is closed with unread bytes is reset, and the answer is lost with it.
 */
export function answerUnread(document: ProblemDocument, request: IncomingMessage, reply: FastifyReply): void {
  const { raw: response } = reply;
  for (const [name, value] of Object.entries(reply.getHeaders())) {
    if (value !== undefined) response.setHeader(name, value);
  }
  const body = JSON.stringify(document);
  response.writeHead(document.status, {
    "content-type": problemType,
    "content-length": Buffer.byteLength(body),
    connection: "close",
  });
  response.write(body);
  const end = () => {
    clearTimeout(timer);
    response.end();
  };
  const timer = setTimeout(end, lingerMs);
  request.once("end", end);
  request.once("close", end);
  request.resume();
}

/** Answers what is not even HTTP, and closes the connection; what else comes is not looked at. */
export function answerParseError(error: Error & { readonly code?: string }, socket: Socket): void {
  if (socket.writableEnded) return;
  // After an answer, or in the middle of one, another would not be understood.
  if (!socket.writable || socket.bytesWritten > 0 || error.code === "ECONNRESET") {
    socket.destroy();
    return;
  }
  const code = parserCodes[error.code ?? ""] ?? "INVALID_REQUEST";
  const document = problem(code, `the request cannot be read: ${error.message}`);
  const body = JSON.stringify(document);
  socket.end(
    `HTTP/1.1 ${document.status} ${STATUS_CODES[document.status]}\r\nContent-Type: ${problemType}\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
  const timer = setTimeout(() => socket.destroy(), lingerMs);
  socket.once("close", () => clearTimeout(timer));
}
