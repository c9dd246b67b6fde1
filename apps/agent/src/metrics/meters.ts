import { Counter, Histogram, Registry } from "prom-client";

/** Something that has happened. Its words are few and known: the name of a unit must never be among them. */
export type Observation =
  | {
      readonly type: "command";
      readonly command: string;
      /** `ok`, or that of the refusal. */
      readonly code: string;
      /** How long the answer was held; `undefined` when it was not to wait. */
      readonly heldSeconds: number | undefined;
    }
  | { readonly type: "append"; readonly seconds: number };

/** Counts what happens. */
export class Meters {
  readonly registry = new Registry();
  readonly #commands = new Counter({
    name: "sync_commands_total",
    help: "Commands that have been answered, waits included, by what came of them",
    labelNames: ["command", "code"],
    registers: [this.registry],
  });
  readonly #waits = new Histogram({
    name: "sync_wait_duration_seconds",
    help: "How long the calls that may wait have been held, by what came of them",
    labelNames: ["code"],
    buckets: [0.01, 0.1, 1, 10, 60, 300, 900, 3600],
    registers: [this.registry],
  });
  readonly #appends = new Histogram({
    name: "sync_journal_append_duration_seconds",
    help: "How long the journal has taken to have what is appended at once on the disk",
    buckets: [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1],
    registers: [this.registry],
  });

  record(observation: Observation): void {
    switch (observation.type) {
      case "command": {
        const { command, code, heldSeconds } = observation;
        this.#commands.inc({ command, code });
        if (heldSeconds !== undefined) this.#waits.observe({ code }, heldSeconds);
        break;
      }
      case "append":
        this.#appends.observe(observation.seconds);
        break;
    }
  }
}
