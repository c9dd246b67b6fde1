/**
 * What does the cycle check cost? Times the insertion of every edge of each workload into a Graph,
 * as a multiple of two nested Maps that check nothing. Read the ratios: times swing with the machine.
 *
 *     node --expose-gc bench/insertion.mjs [vertices = 20000] [rounds = 7]
 */
import { Graph } from "../dist/index.js";
import { workloads } from "./workloads.mjs";

class TwoMaps {
  #out = new Map();
  #in = new Map();

  addEdge(from, to, edge) {
    this.#row(this.#out, from).set(to, edge);
    this.#row(this.#out, to);
    this.#row(this.#in, to).set(from, edge);
    this.#row(this.#in, from);
  }

  #row(rows, vertex) {
    let row = rows.get(vertex);
    if (row === undefined) {
      row = new Map();
      rows.set(vertex, row);
    }
    return row;
  }
}

const vertices = Number(process.argv[2] ?? 20_000);
const rounds = Number(process.argv[3] ?? 7);
const names = Array.from({ length: vertices }, (_, i) => `unit-${i}`);

function build(Kind, edges) {
  const graph = new Kind();
  for (const [from, to] of edges) {
    graph.addEdge(names[from], names[to], "completed");
  }
  return graph;
}

// One of each is always alive: V8 throws optimised code away with the last object of its shape.
const kept = new Map();

function measure(Kind, edges) {
  globalThis.gc?.();
  const before = used();
  const start = performance.now();
  const graph = build(Kind, edges);
  const ms = performance.now() - start;
  globalThis.gc?.();
  const bytes = used() - before;
  kept.set(Kind, graph);
  return { ms, bytes };
}

function used() {
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

/** The fastest round counts: whatever else runs on the machine can only add to it. */
const least = (numbers) => Math.min(...numbers);

const median = (numbers) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];

console.log(`${vertices} vertices, ${rounds} rounds, Node ${process.version}`);
console.log("workload          edges   bare ms   graph ms   time   memory");
const ratios = [];
for (const [name, workload] of Object.entries(workloads)) {
  const edges = workload(vertices);
  for (const Kind of [TwoMaps, Graph]) {
    kept.set(Kind, build(Kind, workload(Math.min(vertices, 20_000), 2)));
  }
  const bare = [];
  const checked = [];
  for (let round = 0; round < rounds; round += 1) {
    bare.push(measure(TwoMaps, edges));
    checked.push(measure(Graph, edges));
  }
  const bareMs = least(bare.map(({ ms }) => ms));
  const graphMs = least(checked.map(({ ms }) => ms));
  const ratio = graphMs / bareMs;
  const memory = median(checked.map(({ bytes }) => bytes)) / median(bare.map(({ bytes }) => bytes));
  ratios.push(ratio);
  const cells = [
    name.padEnd(15),
    String(edges.length).padStart(7),
    bareMs.toFixed(1).padStart(9),
    graphMs.toFixed(1).padStart(10),
    ratio.toFixed(2).padStart(6),
    memory.toFixed(2).padStart(8),
  ];
  console.log(cells.join(" "));
}
const mean = Math.exp(ratios.reduce((sum, ratio) => sum + Math.log(ratio), 0) / ratios.length);
console.log(`geometric mean of the time ratios: ${mean.toFixed(2)}`);
