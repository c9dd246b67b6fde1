import fc from "fast-check";

/** Taken modulo however many there are to choose from. */
const index = fc.nat({ max: 9_999 });
const owner = fc.constantFrom("nobody", "nobody", "lease", "process");
const unit = fc.record({ of: fc.constantFrom("us", "us", "us", "all"), index });
const need = fc.record({
  of: fc.constantFrom("us", "us", "all"),
  index,
  requirement: fc.constantFrom("completed", "completed", "started", "finished"),
});
const needs = fc.array(need, { minLength: 1, maxLength: 3, size: "max" });

const declare = fc.record({
  what: fc.constant("declare"),
  needs,
  again: index,
  owner: fc.constantFrom("nobody", "lease"),
});
const needForAll = fc.record({ what: fc.constant("need for all"), unit: index, needed: index });
const start = fc.record({ what: fc.constant("start"), unit, owner, force: fc.boolean() });
const report = fc.record({
  what: fc.constant("report"),
  verb: fc.constantFrom("complete", "complete", "complete", "fail", "reset"),
  unit,
  owner,
  force: fc.boolean(),
});
const resetAll = fc.record({ what: fc.constant("reset all") });
const holdStart = fc.record({
  what: fc.constant("hold a start"),
  unit: index,
  owner,
  keepWaiting: fc.boolean(),
});
const holdWait = fc.record({
  what: fc.constant("hold a wait"),
  needs,
  mode: fc.constantFrom("all", "any"),
  keepWaiting: fc.boolean(),
  timeoutMs: fc.constantFrom(0, 0, 0, 50),
});
const changeLease = fc.record({ what: fc.constant("change lease") });
const changeProcess = fc.record({ what: fc.constant("change process") });

const move = fc.oneof(
  { weight: 30, arbitrary: declare },
  { weight: 5, arbitrary: needForAll },
  { weight: 70, arbitrary: start },
  { weight: 90, arbitrary: report },
  { weight: 2, arbitrary: resetAll },
  { weight: 20, arbitrary: holdStart },
  { weight: 20, arbitrary: holdWait },
  { weight: 3, arbitrary: changeLease },
  { weight: 1, arbitrary: changeProcess },
);

/** What a client does next. */
export type Move = typeof move extends fc.Arbitrary<infer Value> ? Value : never;

/** When an agent is killed, and how far from there, from 0 to 999. */
const death = fc.record({
  when: fc.oneof(
    { weight: 9, arbitrary: fc.constant("under load") },
    { weight: 5, arbitrary: fc.constant("while it starts") },
    { weight: 3, arbitrary: fc.constant("while it stops") },
    { weight: 3, arbitrary: fc.constant("while it writes its journal anew") },
  ),
  later: fc.nat({ max: 999 }),
});

export type Death = typeof death extends fc.Arbitrary<infer Value> ? Value : never;

/** The moves of a seed, without end: always the same. */
export function movesOf(seed: number): Iterator<Move> {
  return endless(move, seed);
}

export function deathsOf(seed: number): Iterator<Death> {
  return endless(death, seed);
}

function endless<Value>(arbitrary: fc.Arbitrary<Value>, seed: number): Iterator<Value> {
  const [values] = fc.sample(fc.infiniteStream(arbitrary, { noHistory: true }), { seed, numRuns: 1 });
  if (values === undefined) throw new Error("there is no sample");
  return values;
}
