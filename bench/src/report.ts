import { cpus, release, totalmem, type } from "node:os";
import { markdownTable } from "markdown-table";
import { isMet, type Row } from "./row.js";

/** What one topic has come to. */
export interface Result {
  readonly topic: string;
  readonly rows: readonly Row[];
}

/** One table of everything, which a terminal shows as well as a page. */
export function table(results: readonly Result[]): string {
  const head = ["topic", "what", "figure", "ratio", "against", "target", "met"];
  const rows = results.flatMap(({ topic, rows }) =>
    rows.map((row) => [
      topic,
      row.name,
      `${readable(row.figure)} ${row.unit}`,
      `${readable(row.ratio)}×`,
      row.against,
      targetOf(row),
      { true: "yes", false: "NO", undefined: "" }[String(isMet(row))] ?? "",
    ]),
  );
  return markdownTable([head, ...rows], { align: ["l", "l", "r", "r", "l", "r", "l"] });
}

/** The machine on which this was measured, without which no figure says much. */
export function machine(): string {
  const [cpu] = cpus();
  // Not what whoever built it has added.
  const [kernel] = release().split("-", 1);
  const memory = Math.round(totalmem() / 2 ** 30);
  return `${cpus().length} × ${cpu?.model.trim() ?? "?"}, ${memory} GiB, ${type()} ${kernel}, Node ${process.version}`;
}

function targetOf({ target }: Row): string {
  if (target === undefined) return "";
  return "most" in target ? `≤ ${target.most}` : `≥ ${target.least}`;
}

function readable(figure: number): string {
  if (!Number.isFinite(figure)) return "–";
  if (Math.abs(figure) >= 1_000) return Math.round(figure).toLocaleString("en").replaceAll(",", " ");
  return String(Number(figure.toPrecision(3)));
}
