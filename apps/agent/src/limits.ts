import { readFileSync } from "node:fs";

/** Everything an agent may have only so much of. */
export interface Limits {
  /** Units, the names that are only wanted among them. @default 100 000 */
  readonly units: number;
  /** Dependencies of one unit. @default 10 000 */
  readonly dependencies: number;
  /** Dependencies of all units together. @default 1 000 000 */
  readonly edges: number;
  /** Calls that wait. @default 50 000 */
  readonly waiters: number;
  /** Connections. @default what the open files allow */
  readonly connections: number;
  /** Requests of one connection that have come and are not answered yet. @default 100 */
  readonly pipeline: number;
  /** Bytes of answers that nobody has taken yet, of all connections together. @default 256 MiB */
  readonly unread: number;
  /** Events that are kept for readers who are slow, or come back. @default 10 000 */
  readonly backlog: number;
  /** Bytes of a unit's name. @default 1 024, which is the most */
  readonly name: number;
  /** Bytes of a request's body. @default 1 MiB */
  readonly body: number;
  /** Bytes of a request's headers, its path included. @default 16 KiB */
  readonly headers: number;
  /** How long a request may take to arrive, in ms; its answer may take any time. @default 30 000 */
  readonly request: number;
  /** How long a client may take nothing of what is sent to it, in ms. @default 60 000 */
  readonly stall: number;
}

export type LimitName = keyof Limits;

/** What each number says, and what of. */
export const limitMeanings: Readonly<
  Record<LimitName, { readonly unit: "" | "bytes" | "ms"; readonly means: string }>
> = {
  units: { unit: "", means: "units, the names that are only wanted among them" },
  dependencies: { unit: "", means: "dependencies of one unit" },
  edges: { unit: "", means: "dependencies of all units together" },
  waiters: { unit: "", means: "calls that wait at the same time" },
  connections: { unit: "", means: "connections at the same time" },
  pipeline: { unit: "", means: "requests of one connection that are not answered yet" },
  unread: { unit: "bytes", means: "answers that nobody has taken yet, together" },
  backlog: { unit: "", means: "events that are kept for readers who are slow, or come back" },
  name: { unit: "bytes", means: "length of a unit's name" },
  body: { unit: "bytes", means: "size of a request's body" },
  headers: { unit: "bytes", means: "size of a request's headers, its path included" },
  request: { unit: "ms", means: "how long a request may take to arrive" },
  stall: { unit: "ms", means: "how long a client may take nothing of what is sent to it" },
};

/** The usual limits, but for those that are given. */
export function limitsWith(given: Partial<Limits> = {}): Limits {
  return {
    units: 100_000,
    dependencies: 10_000,
    edges: 1_000_000,
    waiters: 50_000,
    connections: connectionsAllowed(),
    pipeline: 100,
    unread: 268_435_456,
    backlog: 10_000,
    name: 1_024,
    body: 1_048_576,
    headers: 16_384,
    request: 30_000,
    stall: 60_000,
    ...given,
  };
}

export function isLimitName(text: string): text is LimitName {
  return Object.hasOwn(limitMeanings, text);
}

export const limitNames: readonly LimitName[] = Object.keys(limitMeanings).filter(isLimitName);

/** Open files that are no connections: the journal, old and new, locks and logs; and connections to be refused. */
const spareFiles = 128;

function connectionsAllowed(): number {
  const files = openFilesAllowed() ?? 10_000;
  return Math.max(Math.floor(files / 2), Math.min(files, 100_000) - spareFiles);
}

/** How many files this process may have open; `undefined` where that cannot be known. */
export function openFilesAllowed(): number | undefined {
  try {
    const [, files] = /^Max open files +(\d+)/m.exec(readFileSync("/proc/self/limits", "utf8")) ?? [];
    return files === undefined ? undefined : Number(files);
  } catch {
    return undefined;
  }
}
