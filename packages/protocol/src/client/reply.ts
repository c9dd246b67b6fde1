import type {
  EventDocument,
  GraphDocument,
  LeaseDocument,
  LimitsDocument,
  PingDocument,
  ProblemDocument,
  UnitDocument,
  UnitRow,
  WaitDocument,
  WhyDocument,
} from "../messages.js";
import type { RouteName } from "../routes.js";
import { ProtocolError } from "./protocol-error.js";
import type { TransportResponse } from "./transport.js";

/*
 * The guards look at what tells one document from another, no more: the agent has already put its answers
 * through the schemas, and a client that repeated this would refuse what a newer agent adds.
 */

export function isPingDocument(value: unknown): value is PingDocument {
  return hasText(value, "generation") && hasText(value, "version");
}

export function isUnitDocument(value: unknown): value is UnitDocument {
  return isUnitRow(value) && hasList(value, "dependencies");
}

export function isWhyDocument(value: unknown): value is WhyDocument {
  return isUnitDocument(value) && hasList(value, "blockers");
}

export function isUnitList(value: unknown): value is UnitRow[] {
  return Array.isArray(value) && value.every(isUnitRow);
}

export function isWaitDocument(value: unknown): value is WaitDocument {
  return hasList(value, "units");
}

export function isGraphDocument(value: unknown): value is GraphDocument {
  return hasList(value, "units") && hasList(value, "dependencies") && hasList(value, "layers");
}

export function isOpenapiDocument(value: unknown): value is Record<string, unknown> {
  return isRecord(value) && hasText(value, "openapi");
}

export function isEventDocument(value: unknown): value is EventDocument {
  return hasText(value, "type") && hasNumber(value, "sequence");
}

export function isLeaseDocument(value: unknown): value is LeaseDocument {
  return hasText(value, "lease");
}

export function isLimitsDocument(value: unknown): value is LimitsDocument {
  return Array.isArray(value) && value.every((row) => hasText(row, "limit") && hasNumber(row, "most"));
}

function isUnitRow(value: unknown): value is UnitRow {
  return hasText(value, "unit_name") && hasText(value, "status");
}

function isProblemDocument(value: unknown): value is ProblemDocument {
  return hasText(value, "code") && hasText(value, "title") && hasText(value, "detail");
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function hasText(value: unknown, key: string): boolean {
  return isRecord(value) && typeof value[key] === "string";
}

function hasNumber(value: unknown, key: string): boolean {
  return isRecord(value) && typeof value[key] === "number";
}

function hasList(value: unknown, key: string): boolean {
  return isRecord(value) && Array.isArray(value[key]);
}

/** Reads a whole answer as the document that `isReply` accepts; throws the problem that it carries instead. */
export async function readJson<Reply>(
  name: RouteName,
  response: TransportResponse,
  isReply: (value: unknown) => value is Reply,
): Promise<Reply> {
  const value = parseJson(name, response, await readSuccess(name, response));
  if (!isReply(value)) {
    throw invalidReply(name, response);
  }
  return value;
}

/** Reads a whole answer that is plain text; throws the problem that it carries instead. */
export async function readText(name: RouteName, response: TransportResponse): Promise<string> {
  const text = await readSuccess(name, response);
  if (!response.contentType.startsWith("text/") || response.contentType === "text/html") {
    throw invalidReply(name, response);
  }
  return text;
}

/** Reads a whole answer that says that the call has succeeded; throws the problem of one that does not. */
export async function readSuccess(name: RouteName, response: TransportResponse): Promise<string> {
  const text = await readBody(name, response);
  if (response.status >= 200 && response.status < 300) {
    return text;
  }
  const problem = parseJson(name, response, text);
  if (!isProblemDocument(problem)) {
    throw invalidReply(name, response);
  }
  throw new ProtocolError(problem.code, problem.detail, { problem });
}

async function readBody(name: RouteName, response: TransportResponse): Promise<string> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  const chunks: Uint8Array[] = [];
  for await (const chunk of response.body) {
    chunks.push(chunk);
  }
  try {
    return decoder.decode(Buffer.concat(chunks));
  } catch (cause) {
    throw invalidReply(name, response, cause);
  }
}

function parseJson(name: RouteName, response: TransportResponse, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw invalidReply(name, response, cause);
  }
}

/** Something answered, and it was no sync agent. */
export function invalidReply(name: RouteName, response: TransportResponse, cause?: unknown): ProtocolError {
  const { status, contentType } = response;
  return new ProtocolError(
    "INVALID_REPLY",
    `what answered "${name}" is not a sync agent: HTTP ${status}, ${contentType || "no content type"}`,
    { cause },
  );
}
