import type { Blocker, Call, RootCause, WhyBlocker, WhyDocument } from "@sync/protocol";
import type { Client } from "@sync/protocol/client";
import type { BlockerTree } from "./render/blocker-tree.js";

/** Of more nobody would read. */
const mostUnits = 5;

/** Asks why the first of these units are where they are, and leaves out what cannot be learnt. */
export async function askWhy(
  client: Client,
  units: readonly string[],
  signal: AbortSignal,
): Promise<WhyDocument[]> {
  const names = [...new Set(units)].slice(0, mostUnits);
  const answers = await Promise.allSettled(names.map((name) => client.why(name, { signal })));
  return answers.flatMap((answer) => (answer.status === "fulfilled" ? [answer.value] : []));
}

/** The names in a tree that nobody has declared. */
export function undeclaredNames({ direct, below }: BlockerTree): string[] {
  return [direct, ...below.values()]
    .flat()
    .flatMap(({ unit_name, current_status }) => (current_status === "not registered" ? [unit_name] : []));
}

/** All that stands in the way of a unit. */
export function treeOfUnit(document: WhyDocument): BlockerTree {
  const below = belowOf([document]);
  return { direct: below.get(document.unit_name) ?? [], below, rootCauses: document.root_causes };
}

/** The tree below what is known to be in the way. */
export function treeBelow(
  direct: readonly Blocker[],
  rootCauses: readonly RootCause[],
  documents: readonly WhyDocument[],
): BlockerTree {
  const starting = new Map<string, Call | null>();
  for (const document of documents) {
    for (const unit of [document, ...document.blockers]) {
      starting.set(unit.unit_name, unit.starting);
    }
  }
  return {
    direct: direct.map((blocker) => ({ ...blocker, starting: starting.get(blocker.unit_name) })),
    below: belowOf(documents),
    rootCauses,
  };
}

/** Several documents may tell of the same unit: one is enough. */
function belowOf(documents: readonly WhyDocument[]): Map<string, WhyBlocker[]> {
  const below = new Map<string, WhyBlocker[]>();
  for (const { blockers } of documents) {
    const own = new Map<string, WhyBlocker[]>();
    for (const blocker of blockers) {
      const siblings = own.get(blocker.needed_by) ?? [];
      siblings.push(blocker);
      own.set(blocker.needed_by, siblings);
    }
    for (const [unit, needed] of own) {
      if (!below.has(unit)) {
        below.set(unit, needed);
      }
    }
  }
  return below;
}
