import { ProtocolError } from "./protocol-error.js";

/** How a connection says that its other end has gone, whichever library reads it. */
const goneCodes: ReadonlySet<string> = new Set([
  "ECONNABORTED",
  "ECONNRESET",
  "EPIPE",
  "ERR_STREAM_PREMATURE_CLOSE",
  "UND_ERR_SOCKET",
]);

/** The `code` of an error, when it has one. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
}

/** Node's parser says so with a code; undici's has a code for some causes only. */
function isParserError(error: unknown): boolean {
  const code = codeOf(error) ?? "";
  return (
    code.startsWith("HPE_") ||
    code === "UND_ERR_HEADERS_OVERFLOW" ||
    (error instanceof Error && error.name === "HTTPParserError")
  );
}

/** Turns what a connection to `path` threw into a `ProtocolError`; what is not its doing stays as it is. */
export function toFailure(error: unknown, path: string): unknown {
  if (error instanceof ProtocolError) {
    return error;
  }
  if (goneCodes.has(codeOf(error) ?? "")) {
    return new ProtocolError("AGENT_UNREACHABLE", `the agent at "${path}" went away during the call`, {
      tried: [{ path, reason: "ECONNRESET" }],
      cause: error,
    });
  }
  if (isParserError(error)) {
    return new ProtocolError("INVALID_REPLY", `what answers at "${path}" does not speak HTTP`, {
      cause: error,
    });
  }
  return error;
}
