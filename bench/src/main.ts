import { mkdirSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { agent } from "./agent.js";
import { cli } from "./cli.js";
import { graph } from "./graph.js";
import { makespan } from "./makespan.js";
import { manager } from "./manager.js";
import { machine, type Result, table } from "./report.js";
import { isMet, type Topic } from "./row.js";
import { standalone } from "./standalone.js";
import { wakeup } from "./wakeup.js";

/** In the order of the table. */
const topics: readonly Topic[] = [graph, manager, agent, wakeup, cli, standalone, makespan];

const { positionals: asked, values } = parseArgs({
  allowPositionals: true,
  options: { accept: { type: "boolean", default: false } },
});

const unknown = asked.filter((name) => !topics.some((topic) => topic.name === name));
if (unknown.length > 0) {
  console.error(`there is no ${unknown.join(", ")}; there are: ${topics.map(({ name }) => name).join(", ")}`);
  process.exit(64);
}

if (values.accept && asked.length > 0) {
  console.error("what is accepted is measured together: --accept is for all topics");
  process.exit(64);
}

// It makes every start of a Node some 40 ms longer, on both sides of a ratio, which looks better by that.
delete process.env["NODE_EXTRA_CA_CERTS"];

const results: Result[] = [];
const began = performance.now();
for (const topic of topics) {
  if (asked.length > 0 && !asked.includes(topic.name)) continue;
  const start = performance.now();
  const rows = await topic.measure();
  console.error(`${topic.name}: ${seconds(start)} s`);
  results.push({ topic: topic.name, rows });
}

const text = table(results);
console.log(text);
console.log(`\n${machine()}; ${seconds(began)} s`);
mkdirSync(".results", { recursive: true });
writeFileSync(".results/bench.json", `${JSON.stringify({ machine: machine(), results }, undefined, 2)}\n`);
if (values.accept) writeFileSync("results.md", page(text));
const missed = results.flatMap(({ rows }) => rows.filter((row) => isMet(row) === false));
if (missed.length > 0) console.log(`not met: ${missed.map(({ name }) => name).join("; ")}`);

function page(rows: string): string {
  return `# Measured

The last figures that were accepted, by \`pnpm bench --accept\`. Read the ratios: each is of medians of one run, in which
both sides took turns; what takes many seconds ran once. Times differ from machine to machine, and from hour to hour.

${machine()}

${rows}
`;
}

function seconds(since: number): number {
  return Math.round((performance.now() - since) / 1_000);
}
