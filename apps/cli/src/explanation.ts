import { ProtocolError } from "@sync/protocol/client";
import { askWhy, treeBelow, undeclaredNames } from "./blockers.js";
import type { BlockerTree } from "./render/blocker-tree.js";
import type { Session } from "./session.js";
import { suggestNames } from "./suggestion.js";

/** What the agent adds to an error when it is asked. */
export interface Explanation {
  readonly tree: BlockerTree;
  /** A declared name for each undeclared one that looks like it. */
  readonly meant: ReadonlyMap<string, string>;
}

/** How long the agent may take to say more, in milliseconds: nobody waits for a hint. */
const limitMs = 1_000;

export const nothingKnown: Explanation = {
  tree: { direct: [], below: new Map(), rootCauses: [] },
  meant: new Map(),
};

/**
 * Looks behind what a call has failed on. That itself stays as the error tells it, for by now it may have
 * changed; and when the agent does not answer in a second, that is all there is.
 */
export async function explain({ client }: Session, error: unknown): Promise<Explanation> {
  if (!(error instanceof ProtocolError) || error.problem === undefined) {
    return nothingKnown;
  }
  const { code, unit_name, blockers = [], root_causes = [] } = error.problem;
  const signal = AbortSignal.timeout(limitMs);
  const names = blockers.map((blocker) => blocker.unit_name);
  const documents =
    blockers.length === 0 ? [] : await askWhy(client, unit_name === undefined ? names : [unit_name], signal);
  const tree = treeBelow(blockers, root_causes, documents);
  const unknown = code === "UNIT_NOT_FOUND" && unit_name !== undefined ? [unit_name] : undeclaredNames(tree);
  return { tree, meant: await suggestNames(client, unknown, signal) };
}
