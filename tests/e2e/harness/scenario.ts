import fc from "fast-check";

export type Requirement = "started" | "completed" | "finished";

/** How a script tells what it does: in the words of the guide, and in those of the scripts before it. */
type Kind = "run" | "owner" | "trap";

/** At which point of its life something happens to a script. */
type Fate =
  | { readonly what: "ends"; readonly status: number }
  /** Its start waits for what comes too late. */
  | { readonly what: "times out" }
  | {
      readonly what: "is killed";
      readonly when: "before want" | "while waiting" | "while running" | "after its report";
      readonly victim: "shell" | "syncctl" | "child" | "group";
      readonly signal: "SIGKILL" | "SIGTERM";
    }
  /** By SIGKILL, wherever it may be by then. */
  | {
      readonly what: "is killed at any time";
      readonly victim: "shell" | "group";
      readonly afterMs: number;
    };

export interface Unit {
  readonly name: string;
  readonly kind: Kind;
  readonly shell: "bash" | "dash";
  /** Whether the script ends when a command of it fails. */
  readonly strict: boolean;
  readonly fate: Fate;
  readonly dependencies: readonly { readonly unit: string; readonly requirement: Requirement }[];
  /** How long after the others it comes. */
  readonly delayMs: number;
}

/** Up to 20 scripts, each of which is a unit that depends on some of those before it. */
export type Scenario = readonly Unit[];

/** What waits for this, waits until the kill or the time-out has been seen. */
export const gate = "gate";

const status = fc.constantFrom(0, 0, 0, 0, 1, 3, 255);
const signal = fc.constantFrom("SIGKILL", "SIGTERM");
const ends = fc.record({ what: fc.constant("ends"), status });
const shell = fc.constantFrom("bash", "dash");
const anyTime = fc.record({
  what: fc.constant("is killed at any time"),
  victim: fc.constantFrom("shell", "group"),
  afterMs: fc.integer({ min: 0, max: 1500 }),
});

function killed<
  When extends "before want" | "while waiting" | "while running" | "after its report",
  Victim extends "shell" | "syncctl" | "child" | "group",
  Signal extends "SIGKILL" | "SIGTERM",
>(when: When, victims: readonly Victim[], signals: fc.Arbitrary<Signal>) {
  return fc.record({
    what: fc.constant("is killed"),
    when: fc.constant(when),
    victim: fc.constantFrom(...victims),
    signal: signals,
  });
}

/** `exec` makes the shell of a `run` the `syncctl` that it runs. */
const run = fc.record({
  kind: fc.constant("run"),
  shell,
  strict: fc.constant(true),
  fate: fc.oneof(
    { weight: 4, arbitrary: ends },
    killed("before want", ["shell"], signal),
    killed("while waiting", ["syncctl", "group"], signal),
    { weight: 2, arbitrary: killed("while running", ["syncctl", "child", "group"], signal) },
    anyTime,
  ),
});

const owner = fc.record({
  kind: fc.constant("owner"),
  shell,
  strict: fc.constant(true),
  fate: fc.oneof(
    { weight: 4, arbitrary: ends },
    killed("before want", ["shell"], signal),
    killed("while waiting", ["shell", "syncctl", "group"], signal),
    { weight: 2, arbitrary: killed("while running", ["shell", "child", "group"], signal) },
    killed("after its report", ["shell", "group"], signal),
    anyTime,
  ),
});

/** These are bound to nobody, so that nobody can notice the death of one: they are not killed by SIGKILL. */
const trap = fc.record({
  kind: fc.constant("trap"),
  shell,
  strict: fc.boolean(),
  fate: fc.oneof(
    { weight: 4, arbitrary: ends },
    { weight: 2, arbitrary: fc.record({ what: fc.constant("times out") }) },
    killed("while waiting", ["syncctl"], signal),
    killed("while running", ["child"], signal),
    killed("after its report", ["shell", "group"], fc.constant("SIGTERM")),
  ),
});

/** Which of the units before it, and how. */
const edge = fc.record({
  back: fc.integer({ min: 1, max: 20 }),
  requirement: fc.constantFrom("completed", "completed", "completed", "started", "finished"),
});

const unit = fc.record({
  script: fc.oneof(run, owner, trap),
  edges: fc.array(edge, { maxLength: 3, size: "max" }),
  delayMs: fc.integer({ min: 0, max: 150 }),
});

const scenario = fc.oneof(
  { weight: 3, arbitrary: fc.array(unit, { minLength: 2, maxLength: 6, size: "max" }) },
  { weight: 1, arbitrary: fc.array(unit, { minLength: 7, maxLength: 20, size: "max" }) },
);

type Drawn = typeof scenario extends fc.Arbitrary<infer Value> ? Value : never;

/** The scenarios of a seed: always the same. */
export function scenariosOf(seed: number, count: number): Scenario[] {
  return fc.sample(scenario, { seed, numRuns: count }).map(named);
}

function named(drawn: Drawn, number: number): Scenario {
  const nameOf = (index: number) => `${number}/unit-${index}`;
  return drawn.map(({ script, edges, delayMs }, index) => {
    const requirements = new Map(
      edges
        .filter(({ back }) => back <= index)
        .map(({ back, requirement }) => [nameOf(index - back), requirement]),
    );
    const { fate } = script;
    const isHeld = fate.what === "times out" || (fate.what === "is killed" && fate.when === "while waiting");
    const dependencies = [...requirements].map(([name, requirement]) => ({ unit: name, requirement }));
    return {
      ...script,
      name: nameOf(index),
      delayMs,
      dependencies: isHeld
        ? [...dependencies, { unit: `${number}/${gate}`, requirement: "completed" as const }]
        : dependencies,
    };
  });
}
