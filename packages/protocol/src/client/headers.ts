/** The headers of a request with this body. */
export function requestHeaders(body: string | undefined): Record<string, string> {
  return body === undefined
    ? {}
    : { "content-type": "application/json", "content-length": String(Buffer.byteLength(body)) };
}

/** What a content type says without its parameters; empty when there is none. */
export function toContentType(header: string | string[] | undefined): string {
  const text = Array.isArray(header) ? header[0] : header;
  return text?.split(";", 1)[0]?.trim().toLowerCase() ?? "";
}
