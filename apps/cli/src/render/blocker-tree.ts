import type { RootCause } from "@sync/protocol";
import { cut } from "./cut.js";
import { blockerText, type Knot, type Knowledge, rootCauseMark, rootCauseText } from "./facts.js";
import type { Text } from "./text.js";

/** What stands in the way, and what in turn stands in the way of that. */
export interface BlockerTree {
  readonly direct: readonly Knot[];
  /** By the name of a unit, what it needs and is not met. */
  readonly below: ReadonlyMap<string, readonly Knot[]>;
  readonly rootCauses: readonly RootCause[];
}

/** More would push the beginning off the screen; `-o json` has all of it. */
const most = { lines: 40, siblings: 12, levels: 8, farEnds: 5 } as const;

interface Branch {
  readonly blocker: Knot;
  /** Its own blockers are drawn where it stood first. */
  readonly isRepeated: boolean;
  readonly boughs: Boughs;
}

interface Boughs {
  readonly drawn: Branch[];
  /** How many there are besides. */
  left: number;
}

/**
 * The tree, drawn; as much of it as is near. What is too far away is not, but the failures at the far
 * end are named in any case, or what is waited for there.
 */
export function treeLines(tree: BlockerTree, knowledge: Knowledge): Text[] {
  const failed = new Set(tree.rootCauses.map(({ unit_name }) => unit_name));
  const isLeaf = (name: string) => !tree.below.has(name);
  const drawnNames = new Set<string>();

  const nodeText = ({ blocker, isRepeated }: Branch): Text => {
    const { unit_name } = blocker;
    drawnNames.add(unit_name);
    return [
      failed.has(unit_name) ? rootCauseMark : "",
      blockerText(blocker, isLeaf(unit_name), knowledge),
      isRepeated && !isLeaf(unit_name) ? "; see its other line" : "",
    ];
  };
  const draw = ({ drawn, left }: Boughs, indent: string): Text[] => {
    const rest = left === 0 ? [] : [`${indent}└─ and ${left} more`];
    return [
      ...drawn.flatMap((branch, index) => {
        const isLast = index === drawn.length - 1 && left === 0;
        return [
          [indent, isLast ? "└─ " : "├─ ", nodeText(branch)],
          ...draw(branch.boughs, `${indent}${isLast ? "   " : "│  "}`),
        ];
      }),
      ...rest,
    ];
  };

  const lines = draw(grow(tree), "");
  return [...lines, ...farEndLines(tree, drawnNames, knowledge)];
}

/** Level by level, so that what is cut is what is farthest away. */
function grow({ direct, below }: BlockerTree): Boughs {
  const trunk: Boughs = { drawn: [], left: 0 };
  const queue = [{ boughs: trunk, blockers: direct, level: 0 }];
  const seen = new Set<string>();
  let room: number = most.lines;
  // What is added to the queue on the way is visited too.
  for (const { boughs, blockers, level } of queue) {
    const { shown, left } = cut(blockers, level === most.levels ? 0 : Math.min(most.siblings, room));
    room -= shown.length;
    boughs.left = left;
    for (const blocker of shown) {
      const name = blocker.unit_name;
      const branch: Branch = { blocker, isRepeated: seen.has(name), boughs: { drawn: [], left: 0 } };
      boughs.drawn.push(branch);
      if (!branch.isRepeated) {
        seen.add(name);
        queue.push({ boughs: branch.boughs, blockers: below.get(name) ?? [], level: level + 1 });
      }
    }
  }
  return trunk;
}

/** The failures that are not drawn; when nothing has failed, the last in a chain that was too long. */
function farEndLines(
  { direct, below, rootCauses }: BlockerTree,
  drawn: ReadonlySet<string>,
  knowledge: Knowledge,
): Text[] {
  if (rootCauses.length > 0) {
    const { shown, left } = cut(
      rootCauses.filter(({ unit_name }) => !drawn.has(unit_name)),
      most.farEnds,
    );
    return [
      ...shown.map((cause) => rootCauseText(cause, knowledge.now)),
      ...(left === 0 ? [] : [`and ${left} more root causes`]),
    ];
  }
  const near = new Set(direct.map(({ unit_name }) => unit_name));
  const ends = new Map<string, Knot>();
  for (const blocker of [...below.values()].flat()) {
    const { unit_name } = blocker;
    if (!below.has(unit_name) && !drawn.has(unit_name) && !near.has(unit_name)) {
      ends.set(unit_name, blocker);
    }
  }
  const { shown, left } = cut([...ends.values()], most.farEnds);
  return [
    ...shown.map((blocker) => ["at the far end: ", blockerText(blocker, true, knowledge)]),
    ...(left === 0 ? [] : [`and ${left} more at the far end`]),
  ];
}
