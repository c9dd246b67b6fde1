import type { Client } from "@sync/protocol/client";
import type { Run } from "./interleave.js";
import { newUnit } from "./new-unit.js";
import type { Row } from "./row.js";
import type { RunningAgent } from "./running-agent.js";
import { timeProcess } from "./whole-process.js";

/** Calls of `syncctl` as whole processes, each about a unit that there is not yet. */
export function callsOf(
  [file, ...given]: readonly [string, ...string[]],
  agent: RunningAgent,
  client: Client,
) {
  const call = (...args: readonly string[]) => timeProcess(file, [...given, ...args], { env: agent.env });
  return {
    ping: () => call("ping"),
    want: () => call("want", newUnit(), "database"),
    complete: async () => {
      const unit = newUnit();
      await client.start(unit);
      return call("complete", unit);
    },
    list: () => call("list"),
    "--help": () => call("--help"),
    run: () => call("run", newUnit(), "--", "true"),
  } satisfies Readonly<Record<string, Run>>;
}

/** The row of a call against something else that was measured with it, or against another call. */
export function callRow<Name extends string>(
  medianOf: (name: Name) => number,
  {
    call,
    where,
    against,
    most,
  }: {
    readonly call: Name;
    readonly where: string;
    readonly against: Name;
    readonly most?: number | undefined;
  },
): Row {
  return {
    name: `syncctl ${call}, ${where}`,
    figure: medianOf(call),
    unit: "ms",
    ratio: medianOf(call) / medianOf(against),
    against: against === "ping" ? "syncctl ping" : against,
    ...(most !== undefined && { target: { most } }),
  };
}
