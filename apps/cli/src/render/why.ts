import type { Waiter, WhyDocument } from "@sync/protocol";
import { type BlockerTree, treeLines } from "./blocker-tree.js";
import { cut } from "./cut.js";
import { factsText, type Knowledge, statusText, waiterText } from "./facts.js";
import type { Text } from "./text.js";

/** `-o json` has all of them. */
const mostWaiters = 10;

/** Why a unit is where it is: what it waits for, down to the far end, and who waits for it. */
export function whyLines(document: WhyDocument, tree: BlockerTree, knowledge: Knowledge): Text[] {
  const { status, readiness } = document;
  const isLeaf = tree.direct.length === 0;
  const hasBegun = status !== "pending" && status !== "skipped";
  return [
    [
      `"${document.unit_name}" `,
      statusText(status, document.since, knowledge.now),
      hasBegun || readiness === "ready" ? "" : ` and ${readiness}`,
      factsText({ ...document, isLeaf }, knowledge),
    ],
    ...(hasBegun && !isLeaf ? ["if it is started again, it waits for:"] : []),
    ...treeLines(tree, knowledge),
    ...waiterLines(document.waiters, knowledge.now),
  ];
}

function waiterLines(waiters: readonly Waiter[], now: number): Text[] {
  if (waiters.length === 0) {
    return [];
  }
  const { shown, left } = cut(waiters, mostWaiters);
  return [
    "waited for by:",
    ...shown.map((waiter) => `  ${waiterText(waiter, now)}`),
    ...(left === 0 ? [] : [`  and ${left} more`]),
  ];
}
