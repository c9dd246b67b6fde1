import { generationHeader } from "../routes.js";
import type { TransportRequest } from "./transport.js";

type Header = string | string[] | undefined;

/** The headers of a request. */
export function requestHeaders({ body, generation }: TransportRequest): Record<string, string> {
  return {
    ...(body !== undefined && {
      "content-type": "application/json",
      "content-length": String(Buffer.byteLength(body)),
    }),
    ...(generation !== undefined && { [generationHeader]: generation }),
  };
}

/** What the headers of an answer say of it. */
export function responseHead(headers: Readonly<Record<string, Header>>) {
  const [contentType = ""] = first(headers["content-type"]).split(";", 1);
  return { contentType: contentType.trim().toLowerCase(), generation: first(headers[generationHeader]) };
}

function first(header: Header): string {
  return (Array.isArray(header) ? header[0] : header) ?? "";
}
