import { Graph } from "@sync/graph";
import { type Edges, ladder, Random, workloads } from "../../packages/graph/test/support/workloads.js";
import { bytesOf, processorMs } from "./cost.js";
import { type EdgeSink, peers, TwoMaps } from "./graphs.js";
import { interleave } from "./interleave.js";
import type { Row, Topic } from "./row.js";

const vertices = 100_000;
const rounds = 5;
const refusals = 1_000;
const names = Array.from({ length: vertices }, (_, i) => `unit-${i}`);

const unchecked = "two Maps, unchecked";

/** What a peer may take for one shape. */
const limitMs = 3_000;

/** What inserting, refusing and remembering the edges of a graph costs. */
export const graph: Topic = {
  name: "graph",
  async measure() {
    const shapes: Shape[] = [];
    for (const [name, workload] of Object.entries(workloads)) {
      shapes.push(await measureShape(name, workload(vertices), workload(vertices / 5, 2)));
    }
    return [
      ...shapes.map(({ insertion }) => insertion),
      mean(shapes.map(({ insertion }) => insertion)),
      ...worst(shapes.map(({ refusal }) => refusal)),
      ...worst(shapes.map(({ search }) => search)),
      ...worst(shapes.map(({ memory }) => memory)),
      await ladders(),
      await tiny(),
      await slowest(),
      ...(await comparisons()),
    ];
  },
};

type NamedEdge = readonly [from: string, to: string];

interface Shape {
  readonly insertion: Row;
  /** Beside an edge that is inserted, and beside looking for the cycle without an order. */
  readonly refusal: Row;
  readonly search: Row;
  readonly memory: Row;
}

async function measureShape(name: string, edges: Edges, warmUp: Edges): Promise<Shape> {
  const { maps, checked } = builders(edges);
  const refused = closing(edges);
  for (const { build } of Object.values(builders(warmUp))) build();
  const built = { maps: maps.build(), checked: checked.build() };
  const ms = await interleave(
    {
      maps: () => processorMs(maps.build),
      checked: () => processorMs(checked.build),
      search: () => msEach(refused, ([from, to]) => built.maps.reaches(to, from)),
      refusal: () => msEach(refused, ([from, to]) => built.checked.findCycle(from, to) !== undefined),
    },
    { rounds },
  );
  const bytes = bytesOf(checked.build);
  const refusal = {
    name: `an edge refused, worst: ${name}`,
    figure: 1_000 * ms("refusal"),
    unit: "µs",
  };
  return {
    insertion: {
      name: `${edges.length} edges: ${name}`,
      figure: ms("checked"),
      unit: "ms",
      ratio: ms("checked") / ms("maps"),
      against: unchecked,
      target: { most: 1.5 },
    },
    refusal: {
      ...refusal,
      ratio: ms("refusal") / (ms("maps") / edges.length),
      against: "an edge in two Maps, unchecked",
      target: { most: 1.5 },
    },
    search: { ...refusal, ratio: ms("refusal") / ms("search"), against: "a search in two Maps" },
    memory: {
      name: `memory, worst: ${name}`,
      figure: bytes / 2 ** 20,
      unit: "MiB",
      ratio: bytes / bytesOf(maps.build),
      against: unchecked,
      target: { most: 2 },
    },
  };
}

function builders(edges: Edges) {
  return {
    maps: { build: () => insert(new TwoMaps(), edges) },
    checked: { build: () => insert(new Graph<string, string>(), edges) },
  };
}

function insert<Sink extends EdgeSink>(sink: Sink, edges: Edges): Sink {
  for (const [from, to] of edges) sink.addEdge(nameOf(from), nameOf(to), "completed");
  return sink;
}

function nameOf(vertex: number): string {
  return names[vertex] ?? "";
}

/** Edges that would close a cycle: each from the end of a walk of one to ten edges back to its beginning. */
function closing(edges: Edges): NamedEdge[] {
  const targets = new Map<number, number[]>();
  for (const [from, to] of edges) {
    const known = targets.get(from);
    if (known === undefined) targets.set(from, [to]);
    else known.push(to);
  }
  const random = new Random(5);
  return Array.from({ length: refusals }, () => {
    const [start] = edges[random.int(edges.length)] ?? [0];
    let end = start;
    for (let steps = 1 + random.int(10); steps > 0; steps -= 1) {
      const next = targets.get(end) ?? [];
      end = next[random.int(next.length)] ?? end;
    }
    return [nameOf(end), nameOf(start)];
  });
}

/** What finding one of these cycles takes; as many as there is time for are looked for. */
function msEach(edges: readonly NamedEdge[], isFound: (edge: NamedEdge) => boolean): number {
  let asked = 0;
  const ms = processorMs(() => {
    const end = performance.now() + 100;
    for (const edge of edges) {
      if (!isFound(edge)) throw new Error(`no cycle was found through ${edge.join(" and ")}`);
      asked += 1;
      if (performance.now() > end) break;
    }
  });
  return ms / asked;
}

/** The ladder of ten times as many diamonds takes ten times as long, and no more. */
async function ladders(): Promise<Row> {
  const few = builders(ladder(1_000).toReversed()).checked;
  const many = builders(ladder(10_000).toReversed()).checked;
  const ms = await interleave(
    {
      few: () => processorMs(() => times(10, few.build)),
      many: () => processorMs(many.build),
    },
    { rounds, warmUp: 3 },
  );
  return {
    name: "10 000 diamonds one below the other, from the last",
    figure: ms("many"),
    unit: "ms",
    ratio: ms("many") / ms("few"),
    against: "ten graphs of 1 000",
    target: { most: 1.5 },
  };
}

async function tiny(): Promise<Row> {
  const { maps, checked } = builders(workloads.services(10));
  const ms = await interleave(
    {
      maps: () => processorMs(() => times(10_000, maps.build)),
      checked: () => processorMs(() => times(10_000, checked.build)),
    },
    { rounds, warmUp: 3 },
  );
  return {
    name: "a graph of ten vertices",
    figure: ms("checked") / 10,
    unit: "µs",
    ratio: ms("checked") / ms("maps"),
    against: unchecked,
    target: { most: 3 },
  };
}

/** One edge may have to move many vertices: the bound is on all of them together. */
async function slowest(): Promise<Row> {
  const edges = workloads["chain-random"](vertices);
  const ms = await interleave(
    {
      maps: () => slowestMs(new TwoMaps(), edges),
      checked: () => slowestMs(new Graph<string, string>(), edges),
    },
    { rounds },
  );
  return {
    name: "the slowest single edge: chain-random",
    figure: ms("checked"),
    unit: "ms",
    ratio: ms("checked") / ms("maps"),
    against: unchecked,
  };
}

function slowestMs(sink: EdgeSink, edges: Edges): number {
  let slowest = 0;
  for (const [from, to] of edges) {
    const start = performance.now();
    sink.addEdge(nameOf(from), nameOf(to), "completed");
    slowest = Math.max(slowest, performance.now() - start);
  }
  return slowest;
}

/** Small enough for all of them. */
async function comparisons(): Promise<Row[]> {
  const edges = workloads.random(1_000);
  const rows: Row[] = [];
  for (const [name, Peer] of Object.entries(peers)) {
    let inserted = 0;
    const ms = await interleave(
      {
        checked: () => processorMs(() => insert(new Graph<string, string>(), edges)),
        peer: () =>
          processorMs(() => {
            inserted = insertInTime(new Peer(), edges);
          }),
      },
      { rounds: 3 },
    );
    const share = inserted < edges.length ? `: > limit after ${inserted} edges` : "";
    rows.push({
      name: `${edges.length} edges, random: ${name}${share}`,
      figure: ms("peer"),
      unit: "ms",
      ratio: ms("peer") / ms("checked"),
      against: "@sync/graph",
    });
  }
  return rows;
}

/** How many edges a sink takes before the limit. */
function insertInTime(sink: EdgeSink, edges: Edges): number {
  const end = performance.now() + limitMs;
  let inserted = 0;
  for (const edge of edges) {
    insert(sink, [edge]);
    inserted += 1;
    if (performance.now() > end) break;
  }
  return inserted;
}

function mean(rows: readonly Row[]): Row {
  const logarithms = rows.reduce((sum, { ratio }) => sum + Math.log(ratio), 0);
  const ratio = Math.exp(logarithms / rows.length);
  return {
    name: "all of these shapes together; of the ratios, the geometric mean",
    figure: rows.reduce((sum, { figure }) => sum + figure, 0),
    unit: "ms",
    ratio,
    against: unchecked,
    target: { most: 1 },
  };
}

function worst(rows: readonly Row[]): Row[] {
  return rows.toSorted((a, b) => b.ratio - a.ratio).slice(0, 1);
}

function times(count: number, work: () => unknown): void {
  for (let i = 0; i < count; i += 1) work();
}
