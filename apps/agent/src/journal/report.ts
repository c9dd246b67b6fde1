import type { FastifyBaseLogger } from "fastify";
import type { Metrics } from "../metrics/metrics.js";
import type { FileJournal } from "./file-journal.js";
import type { JournalObserver } from "./health.js";

/** Counts what a journal does, and writes down when it fails. */
export function journalObserver(metrics: Metrics, log: FastifyBaseLogger | undefined): JournalObserver {
  return {
    appended: (seconds) => metrics.record({ type: "append", seconds }),
    failing: ({ message }) =>
      log?.error({ cause: message }, "the journal cannot be written; commands are refused until it can"),
    recovered: (afterMs) => log?.info({ afterMs }, "the journal can be written again"),
  };
}

/** Writes down how a journal was found: what somebody may miss, as a warning. */
export function logOpening(
  { path, beginning, sequence, tornBytes }: FileJournal,
  log: FastifyBaseLogger | undefined,
): void {
  const facts = { journal: path, beginning, events: sequence };
  switch (beginning) {
    case "new":
    case "kept":
      log?.debug(facts, "journal opened");
      break;
    case "cut":
      log?.warn({ ...facts, tornBytes }, "journal opened");
      break;
    case "of an earlier run":
    case "of an unknown run":
      log?.warn({ ...facts, putAside: `${path}.old` }, "journal opened");
      break;
  }
}
