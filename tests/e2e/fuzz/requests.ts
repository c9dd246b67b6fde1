import { type RouteName, routes } from "@sync/protocol";
import fc from "fast-check";
import { bodyText, type Known, name } from "./bodies.js";

/** An HTTP request as it is written, with everything that can be wrong with it. */
export interface Request {
  readonly method: string;
  /** As it is sent, byte for byte. */
  readonly target: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Buffer;
  /** In which pieces the body is sent, where it is without a length. */
  readonly isChunked: boolean;
}

const routeNames = Object.keys(routes).filter((name): name is RouteName => Object.hasOwn(routes, name));

const encodings: readonly ((name: string) => string)[] = [
  encodeLoosely,
  encodeLoosely,
  encodeLoosely,
  (text) => [...Buffer.from(text)].map((byte) => `%${byte.toString(16).padStart(2, "0")}`).join(""),
  (text) => encodeLoosely(encodeLoosely(text)),
  (text) => text.replaceAll(/[^!-~]/g, ""),
  (text) => `${encodeLoosely(text)}%`,
  (text) => `${encodeLoosely(text)}%ff`,
];

const queries: readonly string[] = [
  "",
  "",
  "",
  "?",
  "?after=0",
  "?after=5&after=6",
  "?after=-1",
  "?after=1e400",
  "?format=dot",
  "?format[]=dot",
  "?pid=1&lease=x",
  "?__proto__[a]=1",
  `?${"a=1&".repeat(1000)}`,
  "?%",
  "?after=%00",
];

const targets: readonly ((path: string) => string)[] = [
  (path) => path,
  (path) => path,
  (path) => path,
  (path) => path,
  (path) => `${path}/`,
  (path) => path.replace("/v1", "//v1"),
  (path) => path.replace("/v1", "/v1/../v1"),
  (path) => path.toUpperCase(),
  (path) => `http://sync${path}`,
  (path) => `http://[::1]:99999${path}`,
  (path) => `${path};a=b`,
  (path) => `${path}#x`,
  () => "*",
  () => "sync:80",
  () => "/",
  () => "/v1",
];

const methods = [
  "GET",
  "POST",
  "HEAD",
  "PUT",
  "PATCH",
  "DELETE",
  "OPTIONS",
  "TRACE",
  "CONNECT",
  "PROPFIND",
  "BREW",
];

const contentTypes: readonly string[] = [
  "application/json",
  "application/json",
  "application/json",
  "application/json",
  "application/json; charset=utf-8",
  "application/json; charset=utf-16",
  "APPLICATION/JSON",
  "application/json, text/plain",
  "application/problem+json",
  "text/plain",
  "multipart/form-data; boundary=x",
  "application/x-www-form-urlencoded",
  "",
  ";",
  "a/b; c=",
  "application/json".repeat(100),
];

function extraHeaders({ generation }: Known): fc.Arbitrary<[string, string]> {
  const values: Readonly<Record<string, readonly string[]>> = {
    "sync-generation": [generation, generation, "another", "", `${generation}, ${generation}`],
    "last-event-id": [`${generation}:1`, `${generation}:999999999999999`, `${generation}:`, "x:1", ":"],
    expect: ["100-continue", "200-maybe"],
    connection: ["keep-alive", "upgrade", "close, close", "x"],
    upgrade: ["websocket", "h2c", ""],
    "http2-settings": ["AAMAAABkAAQCAAAAAAIAAAAA"],
    te: ["trailers"],
    trailer: ["x"],
    "content-encoding": ["gzip", "identity", "br"],
    accept: ["text/html", "*/*;q=0"],
    "accept-version": ["1.0.0", "x"],
    origin: ["http://evil"],
    "x-forwarded-for": ["::1"],
    "x-http-method-override": ["DELETE"],
    "if-none-match": ["*"],
    range: ["bytes=0-1"],
    cookie: ["a=b; a=b"],
    authorization: ["Basic Og=="],
    __proto__: ["x"],
    long: ["x".repeat(8_000), "x".repeat(20_000)],
  };
  return fc
    .constantFrom(...Object.entries(values))
    .chain(([header, of]) => fc.constantFrom(...of).map((value): [string, string] => [header, value]));
}

/** A request that nearly is one of the contract. */
export function requestOf(known: Known): fc.Arbitrary<Request> {
  return fc.constantFrom(...routeNames).chain((route) => {
    const { method, path } = routes[route];
    return fc
      .record({
        method: fc.oneof(
          { weight: 9, arbitrary: fc.constant<string>(method) },
          { weight: 1, arbitrary: fc.constantFrom(...methods) },
        ),
        unit: name,
        encode: fc.constantFrom(...encodings),
        target: fc.constantFrom(...targets),
        query: fc.constantFrom(...queries),
        body: method === "POST" ? bodyText(route, known) : fc.constant(Buffer.alloc(0)),
        contentType: fc.constantFrom(...contentTypes),
        host: fc.constantFrom("sync", "sync", "sync", "sync", "", "a b", undefined),
        extra: fc.array(extraHeaders(known), { maxLength: 2 }),
        isChunked: fc.constantFrom(false, false, false, true),
      })
      .map(({ unit, encode, target, query, contentType, host, extra, ...rest }) => ({
        ...rest,
        target: `${target(path.replace(":unit", () => encode(unit)))}${query}`,
        headers: [
          ...(host === undefined ? [] : [["Host", host] as const]),
          ...(rest.body.length === 0 ? [] : [["Content-Type", contentType] as const]),
          ...extra,
        ],
      }));
  });
}

/** A request as bytes. */
export function written({ method, target, headers, body, isChunked }: Request): Buffer {
  // Nobody reads what comes with a GET.
  const hasBody = method !== "GET" && method !== "HEAD" && (body.length > 0 || method === "POST");
  const length: readonly [string, string] = isChunked
    ? ["Transfer-Encoding", "chunked"]
    : ["Content-Length", String(body.length)];
  const lines = [...headers, ...(hasBody ? [length] : [])].map(
    ([header, value]) => `${header}: ${value}\r\n`,
  );
  const head = Buffer.from(`${method} ${target} HTTP/1.1\r\n${lines.join("")}\r\n`);
  if (!hasBody) return head;
  if (!isChunked) return Buffer.concat([head, body]);
  const end = Buffer.from("0\r\n\r\n");
  if (body.length === 0) return Buffer.concat([head, end]);
  return Buffer.concat([
    head,
    Buffer.from(`${body.length.toString(16)}\r\n`),
    body,
    Buffer.from("\r\n"),
    end,
  ]);
}

/** Half of a surrogate pair is written as the three bytes that UTF-8 does not allow. */
function encodeLoosely(text: string): string {
  return Array.from(text, (character) => {
    const code = character.codePointAt(0) ?? 0;
    if (code < 0xd800 || code > 0xdfff) return encodeURIComponent(character);
    return `%ED%${(0x80 | ((code >> 6) & 0x3f)).toString(16)}%${(0x80 | (code & 0x3f)).toString(16)}`;
  }).join("");
}
