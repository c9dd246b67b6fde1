import type { RouteName } from "@sync/protocol";
import fc from "fast-check";

/** What is known of the agent, so that a request can be right. */
export interface Known {
  readonly generation: string;
  readonly lease: string;
  /** A process that lives as long as this one. */
  readonly pid: number;
}

const often = fc.integer({ min: 0, max: 7 }).map((number) => `u${number}`);
const strange = fc.constantFrom(
  "",
  ".",
  "..",
  "/",
  "a/b",
  "%",
  "%2F",
  "?",
  "#",
  " ",
  "\n",
  "\0",
  "__proto__",
  "constructor",
  "toString",
  "💣",
  "\ud800",
  "é",
  "e\u0301",
  "x".repeat(1024),
  "x".repeat(1025),
  "𝕏".repeat(256),
  "\u202e\u2066",
);
export const name = fc.oneof(
  { weight: 6, arbitrary: often },
  { weight: 2, arbitrary: strange },
  { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 30 }) },
);

const number = fc.constantFrom(
  0,
  1,
  -1,
  0.5,
  1e3,
  2 ** 31 - 1,
  2 ** 31,
  2 ** 53,
  1e308,
  -0,
  Number.MIN_VALUE,
);
const json = fc.jsonValue({ maxDepth: 4 });
const anything = fc.oneof(json, number, name, fc.constantFrom(null, true, false, [], {}));

const requirement = fc.constantFrom("started", "completed", "finished");
const need = fc.record({ unit: name, requirement }, { requiredKeys: ["unit"] });
const needs = fc.array(need, { minLength: 1, maxLength: 4 });
const reason = fc.oneof(fc.string({ unit: "binary" }), fc.constantFrom("x".repeat(4096), "x".repeat(4097)));
const short = fc.constantFrom(1, 5);

/** A body that is right, or would be but for what it names. */
function bodyOf(route: RouteName, { lease, pid }: Known): fc.Arbitrary<object> {
  const leases = fc.constantFrom(lease, lease, "nobody's");
  const pids = fc.constantFrom(pid, 2 ** 22 + 1);
  const asker = { lease: leases, pid: pids, force: fc.boolean() };
  const patience = { timeout_ms: short, keep_waiting: fc.boolean() };
  const bodies: Partial<Record<RouteName, fc.Arbitrary<object>>> = {
    want: fc.record({ dependencies: needs, lease: leases }, { requiredKeys: ["dependencies"] }),
    start: fc.record(
      { ...asker, ...patience, owner: pids, wait: fc.boolean() },
      { requiredKeys: ["timeout_ms"] },
    ),
    wait: fc.record(
      { ...patience, units: needs, mode: fc.constantFrom("all", "any"), pid: pids },
      { requiredKeys: ["units", "timeout_ms"] },
    ),
  };
  return bodies[route] ?? fc.record({ ...asker, reason }, { requiredKeys: [] });
}

/** One of its fields is another, or it has one more. */
function spoilt(body: fc.Arbitrary<object>): fc.Arbitrary<object> {
  const key = fc.constantFrom(
    "dependencies",
    "units",
    "wait",
    "timeout_ms",
    "owner",
    "lease",
    "pid",
    "force",
    "reason",
    "mode",
    "constructor",
    "x",
  );
  return fc.tuple(body, key, anything).map(([right, wrong, value]) => ({ ...right, [wrong]: value }));
}

const deep = fc
  .tuple(
    fc.constantFrom(["[", "]"], ['{"a":', "}"], ['[{"dependencies":', "}]"]),
    fc.integer({ max: 20_000, min: 100 }),
  )
  .map(([[open = "", close = ""], depth]) => `${open.repeat(depth)}1${close.repeat(depth)}`);

const noJson = fc.constantFrom(
  "",
  "{",
  "nul",
  "undefined",
  "NaN",
  "1e99999",
  "9".repeat(10_000),
  '{"a":1,}',
  '{"dependencies":[{"unit":"u1"}],"dependencies":7}',
  '{"__proto__":{"wait":true},"constructor":{"prototype":{"wait":true}}}',
  '{"dependencies":[{"unit":"u1","__proto__":{"requirement":"started"}}]}',
  '"\\ud800"',
  "\ufeff{}",
  "'{}'",
  "{}{}",
  "{}\0",
);

/** The body of a request for a route: right, or wrong in one thing, or in all. */
export function bodyText(route: RouteName, known: Known): fc.Arbitrary<Buffer> {
  const right = bodyOf(route, known);
  const text = fc.oneof(
    { weight: 8, arbitrary: right.map((body) => JSON.stringify(body)) },
    { weight: 4, arbitrary: spoilt(right).map((body) => JSON.stringify(body)) },
    { weight: 2, arbitrary: json.map((value) => JSON.stringify(value)) },
    { weight: 1, arbitrary: deep },
    { weight: 2, arbitrary: noJson },
  );
  const bytes = fc.uint8Array({ maxLength: 200 }).map((array) => Buffer.from(array));
  return fc.oneof(
    { weight: 20, arbitrary: text.map((body) => Buffer.from(body)) },
    { weight: 1, arbitrary: bytes },
    { weight: 1, arbitrary: fc.constant(Buffer.alloc(0)) },
  );
}
