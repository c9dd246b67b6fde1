// Not its object of the same name: of a namespace, a bundler drops what is not used.
import * as Type from "typebox";
import { maxTimerMs } from "./duration.js";
import type { RouteName } from "./routes.js";

const closed = { additionalProperties: false } as const;

const unitName = Type.String({ description: "Any non-empty text of up to 1 024 bytes of UTF-8" });

export const Requirement = Type.Enum(["started", "completed", "finished"], {
  default: "completed",
  description: "What the other unit must have reached",
});

export const Status = Type.Enum(["not registered", "pending", "started", "completed", "failed", "skipped"]);

export const Readiness = Type.Enum(["ready", "waiting", "blocked"], {
  description: "`blocked` can no longer become ready unless something is started again",
});

const timestamp = Type.String({ description: "RFC 3339, UTC, milliseconds" });
const reason = Type.String({ maxLength: 4096, description: "Why, in words for people" });
const timeout = Type.Integer({
  minimum: 0,
  maximum: maxTimerMs,
  description: "Milliseconds; 0 or absent waits without limit",
});

const nullable = <Schema extends Type.TSchema>(schema: Schema, description?: string) =>
  Type.Union([schema, Type.Null()], description === undefined ? {} : { description });

const pid = Type.Integer({ minimum: 1, description: "A process of the agent's own machine" });
const caller = Type.Integer({ minimum: 1, description: "The process on whose behalf is asked" });
const leaseId = Type.String({ maxLength: 64, description: "The lease of whoever asks" });
const force = Type.Boolean({ description: "Do it although the unit belongs to another owner" });
const keepWaiting = Type.Boolean({
  description: "Wait on while it is impossible, in case of a retry",
});

const process = {
  pid: nullable(pid),
  command: nullable(Type.String(), "The command line of the process, where it can be known"),
};

export const Owner = Type.Object(process, {
  description: "The process that the unit is bound to: when it ends, the unit fails",
});

const call = { since: timestamp, ...process };

export const Call = Type.Object(call, { description: "A call that is held, and who has made it" });

export const UnitRequirement = Type.Object(
  { unit: unitName, requirement: Type.Optional(Requirement) },
  closed,
);

export const DependencyDocument = Type.Object({
  depends_on: unitName,
  required_status: Requirement,
  current_status: Status,
  is_satisfied: Type.Boolean(),
});

export const Waiter = Type.Object(
  {
    unit_name: nullable(unitName, "The dependent that is to start; null for who is no unit"),
    required_status: Requirement,
    ...call,
  },
  { description: "A call that is held until a unit has got there" },
);

export const RootCause = Type.Object({
  unit_name: unitName,
  since: nullable(timestamp),
  reason: nullable(Type.String()),
});

const blocker = {
  unit_name: unitName,
  required_status: Requirement,
  current_status: Status,
  since: nullable(timestamp),
  reason: nullable(Type.String()),
  owner: nullable(Owner),
};

export const Blocker = Type.Object(blocker, { description: "A dependency that is not met" });

export const WhyBlocker = Type.Object(
  {
    ...blocker,
    needed_by: unitName,
    starting: nullable(Call, "The call that will start the unit as soon as it can"),
  },
  { description: "A dependency that is not met, and whose it is" },
);

const row = {
  unit_name: unitName,
  status: Status,
  is_ready: Type.Boolean(),
};

const details = {
  since: nullable(timestamp, "When it last reported: `skipped` is no report"),
  reason: nullable(Type.String(), "What the last report gave as reason"),
  owner: nullable(Owner),
  starting: nullable(Call, "The call that will start the unit as soon as it can"),
  waiters: Type.Array(Waiter, { description: "Who waits for this unit, the oldest first" }),
};

export const UnitRow = Type.Object({ ...row, ...details });

const unit = {
  ...row,
  dependencies: Type.Array(DependencyDocument, { description: "Sorted by name" }),
  readiness: Readiness,
  ...details,
  root_causes: Type.Array(RootCause, { description: "The failures at the far end that block this unit" }),
};

export const UnitDocument = Type.Object(unit, { description: "One unit, as it is now" });

export const WhyDocument = Type.Object(
  {
    ...unit,
    blockers: Type.Array(WhyBlocker, {
      description:
        "Every dependency below the unit that is not met, depth first; what a unit needs follows its first appearance",
    }),
  },
  { description: "One unit, and all that it waits for, down to the roots" },
);

export const UnitList = Type.Array(UnitRow, {
  description: "Sorted by name; a name that is only wanted is `not registered`",
});

export const JournalDocument = Type.Object({
  path: Type.String(),
  bytes: Type.Integer(),
  beginning: Type.Enum(["new", "kept", "cut", "of an earlier run", "of an unknown run"], {
    description:
      "What the agent has found there: nothing; one that it goes on with; one with a torn end, which it has cut off; or one that it has put aside",
  }),
  failure: nullable(Type.String(), "Why nothing can be kept at the moment"),
  failing_since: nullable(timestamp),
});

export const PingDocument = Type.Object({
  version: Type.String(),
  generation: Type.String({
    description: "Names what the agent knows: the same after a restart that loses nothing",
  }),
  pid: Type.Integer(),
  uptime_ms: Type.Integer(),
  sequence: Type.Integer({ description: "The number of the newest event" }),
  units: Type.Integer(),
  waiters: Type.Integer(),
  journal: nullable(JournalDocument, "Where events are kept; null when they are lost with the process"),
});

export const WantBody = Type.Object(
  { dependencies: Type.Array(UnitRequirement, { minItems: 1 }), lease: Type.Optional(leaseId) },
  { ...closed, description: "All of them are declared, or none" },
);

export const StartBody = Type.Object(
  {
    wait: Type.Optional(Type.Boolean({ description: "Hold the answer until the unit can start" })),
    again: Type.Optional(
      Type.Boolean({
        description: "It was asked for before: if its owner has started the unit, that is the answer",
      }),
    ),
    timeout_ms: Type.Optional(timeout),
    keep_waiting: Type.Optional(keepWaiting),
    owner: Type.Optional(pid),
    lease: Type.Optional(leaseId),
    pid: Type.Optional(caller),
    force: Type.Optional(force),
  },
  closed,
);

export const ReportBody = Type.Object(
  {
    reason: Type.Optional(reason),
    lease: Type.Optional(leaseId),
    pid: Type.Optional(caller),
    force: Type.Optional(force),
  },
  closed,
);

export const WaitBody = Type.Object(
  {
    units: Type.Array(UnitRequirement, { minItems: 1 }),
    mode: Type.Optional(
      Type.Enum(["all", "any"], { default: "all", description: "How many of them must be met" }),
    ),
    timeout_ms: Type.Optional(timeout),
    keep_waiting: Type.Optional(keepWaiting),
    pid: Type.Optional(caller),
  },
  closed,
);

export const WaitDocument = Type.Object({
  units: Type.Array(
    Type.Object({
      unit_name: unitName,
      required_status: Requirement,
      current_status: Status,
      is_satisfied: Type.Boolean(),
    }),
  ),
});

const fact = { sequence: Type.Integer(), at: timestamp, unit_name: unitName };
const bound = { ...fact, owner: nullable(Owner) };
const report = { ...fact, reason: nullable(Type.String()) };

export const EventDocument = Type.Union(
  [
    Type.Object({
      type: Type.Literal("snapshot"),
      sequence: Type.Integer(),
      units: Type.Array(UnitDocument),
    }),
    Type.Object({ type: Type.Literal("registered"), ...fact }),
    Type.Object({
      type: Type.Literal("wanted"),
      ...fact,
      depends_on: unitName,
      required_status: Requirement,
    }),
    Type.Object({ type: Type.Literal("attempted"), ...bound }),
    Type.Object({ type: Type.Literal("started"), ...bound }),
    Type.Object({ type: Type.Literal("completed"), ...report }),
    Type.Object({ type: Type.Literal("failed"), ...report }),
    Type.Object({ type: Type.Literal("reset"), ...report }),
  ],
  { description: "A fact that has happened, or first of all a snapshot of what is" },
);

export const LeaseQuery = Type.Object(
  {
    pid: Type.Optional(caller),
    lease: Type.Optional(
      Type.String({ maxLength: 64, description: "Take up this lease again, after a restart of the agent" }),
    ),
  },
  closed,
);

export const LeaseDocument = Type.Object({ lease: leaseId });

export const EventsQuery = Type.Object(
  {
    after: Type.Optional(
      Type.Integer({
        minimum: 0,
        description: "Go on after this sequence number instead of with a snapshot",
      }),
    ),
  },
  closed,
);

export const GraphDocument = Type.Object({
  units: Type.Array(Type.Object(row)),
  dependencies: Type.Array(
    Type.Object({
      unit_name: unitName,
      depends_on: unitName,
      required_status: Requirement,
      is_satisfied: Type.Boolean(),
    }),
  ),
  layers: Type.Array(Type.Array(unitName), {
    description: "What can run at the same time: nothing in a layer depends on it or a later one",
  }),
});

export const GraphQuery = Type.Object(
  { format: Type.Optional(Type.Enum(["json", "dot", "mermaid"], { default: "json" })) },
  closed,
);

export const LimitsDocument = Type.Array(
  Type.Object({
    limit: Type.String({ description: "Its name, as `sync-agent --limit` takes it" }),
    most: Type.Integer(),
    used: nullable(Type.Integer(), "How much there is; null for what is checked for each request alone"),
    unit: Type.Enum(["", "bytes", "ms"]),
    means: Type.String(),
  }),
);

export const UnitParams = Type.Object({ unit: unitName });

/** RFC 9457, with our `code` and the data that belongs to it. */
export const ProblemDocument = Type.Object({
  type: Type.String({ description: "`urn:sync:` and the code" }),
  title: Type.String(),
  status: Type.Integer(),
  detail: Type.String({ description: "What, why, since when" }),
  code: Type.String(),
  unit_name: Type.Optional(Type.String()),
  path: Type.Optional(
    Type.Array(unitName, { description: "The whole cycle; its two ends are the same unit" }),
  ),
  blockers: Type.Optional(Type.Array(Blocker, { description: "What is not met, sorted by name" })),
  root_causes: Type.Optional(Type.Array(RootCause)),
});

interface RouteSchema {
  readonly summary: string;
  readonly params?: Type.TSchema;
  readonly querystring?: Type.TSchema;
  readonly body?: Type.TSchema;
  readonly reply: Type.TSchema;
}

/** What goes in and out of each route; the types of `messages.ts` and the OpenAPI file come from here. */
export const schemas = {
  ping: { summary: "Is the agent there, and which one is it?", reply: PingDocument },
  list: { summary: "Every unit, in one consistent snapshot", reply: UnitList },
  status: { summary: "One unit and its dependencies", params: UnitParams, reply: UnitDocument },
  want: {
    summary: "Declare dependencies of a unit",
    params: UnitParams,
    body: WantBody,
    reply: UnitDocument,
  },
  start: {
    summary: "Mark a unit started once its dependencies are met",
    params: UnitParams,
    body: StartBody,
    reply: UnitDocument,
  },
  complete: { summary: "Report success", params: UnitParams, body: ReportBody, reply: UnitDocument },
  fail: { summary: "Report a failure", params: UnitParams, body: ReportBody, reply: UnitDocument },
  reset: { summary: "Make a unit pending again", params: UnitParams, body: ReportBody, reply: UnitDocument },
  resetAll: { summary: "Make every unit pending again", body: ReportBody, reply: UnitList },
  wait: { summary: "Wait for units without being one", body: WaitBody, reply: WaitDocument },
  why: { summary: "What a unit waits for, and why", params: UnitParams, reply: WhyDocument },
  lease: {
    summary: "Server-sent events: the lease, which lives for as long as this answer is open",
    querystring: LeaseQuery,
    reply: LeaseDocument,
  },
  events: {
    summary: "Server-sent events: a snapshot, then every fact as it happens",
    querystring: EventsQuery,
    reply: EventDocument,
  },
  graph: { summary: "The whole graph", querystring: GraphQuery, reply: GraphDocument },
  limits: { summary: "How much the agent may hold, and how much it does", reply: LimitsDocument },
  metrics: { summary: "What the agent counts and measures, for Prometheus", reply: Type.String() },
  openapi: { summary: "This contract, as OpenAPI 3.1", reply: Type.Object({ openapi: Type.String() }) },
} as const satisfies Record<RouteName, RouteSchema>;
