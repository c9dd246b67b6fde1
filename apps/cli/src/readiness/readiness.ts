import { UsageError } from "../usage-error.js";
import { fileProbe } from "./file.js";
import { httpProbe } from "./http.js";
import type { Probe } from "./probe.js";
import { shellProbe } from "./shell.js";
import { tcpProbe } from "./tcp.js";

/** Each is another way to tell that a server is ready. */
export interface ReadinessFlags {
  readonly readyWhen?: string;
  readonly readyTcp?: string;
  readonly readyHttp?: string;
  readonly readyFile?: string;
  readonly readyCmd?: string;
}

/** A line that it prints, or something to be tried until it succeeds. */
export type Readiness = { readonly line: RegExp } | { readonly probe: Probe };

/**
 * What the flags say of when a command is ready; `undefined` when that is not before its end.
 *
 * @throws {UsageError}
 */
export function parseReadiness(flags: ReadinessFlags): Readiness | undefined {
  const { readyWhen, readyTcp, readyHttp, readyFile, readyCmd } = flags;
  const ways = [
    readyWhen === undefined ? undefined : { line: parsePattern(readyWhen) },
    readyTcp === undefined ? undefined : { probe: parseAddress(readyTcp) },
    readyHttp === undefined ? undefined : { probe: httpProbe(parseUrl(readyHttp)) },
    readyFile === undefined ? undefined : { probe: fileProbe(readyFile) },
    readyCmd === undefined ? undefined : { probe: shellProbe(readyCmd) },
  ].filter((way) => way !== undefined);
  if (ways.length > 1) {
    throw new UsageError("more than one --ready flag: one way to tell must do");
  }
  return ways[0];
}

function parsePattern(text: string): RegExp {
  try {
    return new RegExp(text, "u");
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new UsageError(`--ready-when: ${why}`, "--ready-when 'listening on port [0-9]+'");
  }
}

/** `8080`, `host:8080` or `[::1]:8080` */
function parseAddress(text: string): Probe {
  const { host = "localhost", port } =
    /^(?:\[?(?<host>[^[\]]+)\]?:)?(?<port>\d{1,5})$/.exec(text)?.groups ?? {};
  const number = Number(port);
  if (!(number >= 1 && number <= 65_535)) {
    throw new UsageError(`"${text}" is not a port, or a host and a port`, "--ready-tcp localhost:5432");
  }
  return tcpProbe(host, number);
}

function parseUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== "http:" && url?.protocol !== "https:") {
    throw new UsageError(
      `"${text}" is not a URL of http or https`,
      "--ready-http http://localhost:8080/health",
    );
  }
  return url;
}
