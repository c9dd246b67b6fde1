/** How one call travels. A `:unit` in a path is the unit's name, percent-encoded. */
export interface Route {
  readonly method: "GET" | "POST";
  readonly path: string;
}

/** Tells in every answer which agent it is; in a request, the only one that may answer. */
export const generationHeader = "sync-generation";

/** Names a request in the agent's log: told in every answer, and in a request the name to take. */
export const requestIdHeader = "x-request-id";

/** Every route of the agent, by the name of the client method that calls it. */
export const routes = {
  ping: { method: "GET", path: "/v1/ping" },
  list: { method: "GET", path: "/v1/units" },
  status: { method: "GET", path: "/v1/units/:unit" },
  want: { method: "POST", path: "/v1/units/:unit/dependencies" },
  start: { method: "POST", path: "/v1/units/:unit/start" },
  complete: { method: "POST", path: "/v1/units/:unit/complete" },
  fail: { method: "POST", path: "/v1/units/:unit/fail" },
  reset: { method: "POST", path: "/v1/units/:unit/reset" },
  resetAll: { method: "POST", path: "/v1/reset" },
  wait: { method: "POST", path: "/v1/wait" },
  why: { method: "GET", path: "/v1/why/:unit" },
  lease: { method: "GET", path: "/v1/leases" },
  events: { method: "GET", path: "/v1/events" },
  graph: { method: "GET", path: "/v1/graph" },
  limits: { method: "GET", path: "/v1/limits" },
  metrics: { method: "GET", path: "/metrics" },
  openapi: { method: "GET", path: "/v1/openapi.json" },
} as const satisfies Record<string, Route>;

export type RouteName = keyof typeof routes;

/** The path of a route with the unit's name put in, so that any name survives: `/`, `..`, `%`, emoji. */
export function routePath(name: RouteName, unit?: string): string {
  const { path } = routes[name];
  return unit === undefined ? path : path.replace(":unit", () => encodeSegment(unit));
}

/** `encodeURIComponent` leaves dots alone, and `.` and `..` as whole segments would be resolved away. */
function encodeSegment(text: string): string {
  return encodeURIComponent(text).replace(/^\.{1,2}$/, (dots) => dots.replaceAll(".", "%2E"));
}
