/** Edges in the order in which they are declared, as pairs of vertex numbers. */
export type Edges = readonly (readonly [from: number, to: number])[];

/** A shape in which graphs are declared, the same on every run. */
export type Workload = (vertices: number, seed?: number) => Edges;

type Pair = [number, number];

/** mulberry32: the same numbers on every machine. */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed;
  }

  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  }

  /** An integer from 0 to `end` - 1. */
  int(end: number): number {
    return Math.floor(this.next() * end);
  }

  shuffled<T extends number | Pair>(list: readonly T[]): T[] {
    const items = [...list];
    for (let i = items.length - 1; i > 0; i -= 1) {
      const j = this.int(i + 1);
      const here = items[i];
      const there = items[j];
      if (here !== undefined && there !== undefined) {
        items[i] = there;
        items[j] = here;
      }
    }
    return items;
  }
}

function numbers(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i);
}

function randomPairs(n: number, random: Random): Pair[] {
  const pairs: Pair[] = [];
  const seen = new Set<number>();
  while (pairs.length < 5 * n) {
    const [a, b] = [random.int(n), random.int(n)];
    const [i, j] = [Math.min(a, b), Math.max(a, b)];
    if (i !== j && !seen.has(i * n + j)) {
      seen.add(i * n + j);
      pairs.push([i, j]);
    }
  }
  return pairs;
}

/** The same edges between other vertices. */
function renamed(edges: Edges, names: readonly number[]): Pair[] {
  return edges.map(([from, to]) => [names[from] ?? from, names[to] ?? to]);
}

function chain(first: number, length: number): Pair[] {
  return Array.from({ length: length - 1 }, (_, i) => [first + i, first + i + 1]);
}

function layered(n: number, random: Random): Pair[] {
  const edges: Pair[] = [];
  const width = 100;
  for (let layer = 0; layer < n / width - 1; layer += 1) {
    for (let i = 0; i < width; i += 1) {
      const targets = new Set<number>();
      while (targets.size < 5) {
        targets.add(random.int(width));
      }
      for (const j of targets) {
        edges.push([layer * width + i, (layer + 1) * width + j]);
      }
    }
  }
  return edges;
}

function grid(n: number): Pair[] {
  const side = Math.round(Math.sqrt(n));
  const edges: Pair[] = [];
  for (let i = 0; i < side; i += 1) {
    for (let j = 0; j < side; j += 1) {
      if (j + 1 < side) {
        edges.push([i * side + j, i * side + j + 1]);
      }
      if (i + 1 < side) {
        edges.push([i * side + j, (i + 1) * side + j]);
      }
    }
  }
  return edges;
}

/** Each on one to three earlier ones, popular ones preferred. */
function services(n: number, random: Random): Pair[] {
  const edges: Pair[] = [];
  for (let i = 1; i < n; i += 1) {
    const targets = new Set<number>();
    for (let d = 1 + random.int(3); d > 0; d -= 1) {
      targets.add(random.next() < 0.3 ? random.int(Math.min(i, 20)) : random.int(i));
    }
    for (const target of targets) {
      edges.push([i, target]);
    }
  }
  return edges;
}

/** Chains one after another, then each behind all later ones: their order is reversed step by step. */
function blocks(n: number): Pair[] {
  const count = Math.round(Math.sqrt(n));
  const width = Math.floor(n / count);
  const edges: Pair[] = [];
  for (let b = 0; b < count; b += 1) {
    edges.push(...chain(b * width, width));
  }
  for (let i = 1; i < count; i += 1) {
    for (let j = 0; j < i; j += 1) {
      edges.push([i * width + width - 1, j * width]);
    }
  }
  return edges;
}

function dense(n: number, random: Random): Pair[] {
  const k = Math.floor(Math.sqrt(10 * n));
  const place = random.shuffled(numbers(k));
  const edges: Pair[] = [];
  for (let i = 0; i < k; i += 1) {
    for (let j = i + 1; j < k; j += 1) {
      edges.push([i, j]);
    }
  }
  return random.shuffled(renamed(edges, place));
}

/** The chain of the first half, that of the second, and then the second before the first. */
function twoChains(n: number): Pair[] {
  const k = n / 2;
  const across = Array.from({ length: k }, (_, i): Pair => [k + i, 0]);
  return [...chain(0, k), ...chain(k, k), ...across];
}

/** Diamonds, each below the last: with `rungs` of them, there are 2^rungs paths. */
export function ladder(rungs: number): Edges {
  return numbers(rungs)
    .map((rung) => 3 * rung)
    .flatMap((top): Pair[] => [
      [top, top + 1],
      [top, top + 2],
      [top + 1, top + 3],
      [top + 2, top + 3],
    ]);
}

export const workloads = {
  random(n, seed = 1) {
    const random = new Random(seed);
    const place = random.shuffled(numbers(n));
    return renamed(randomPairs(n, random), place);
  },
  "random-sorted": (n, seed = 1) =>
    randomPairs(n, new Random(seed)).sort((a, b) => a[0] - b[0] || a[1] - b[1]),
  "chain-forward": (n) => chain(0, n),
  "chain-reverse": (n) => chain(0, n).toReversed(),
  "chain-random": (n, seed = 1) => new Random(seed).shuffled(chain(0, n)),
  layered: (n, seed = 1) => layered(n, new Random(seed)),
  "layered-random": (n, seed = 1) => {
    const random = new Random(seed);
    return random.shuffled(layered(n, random));
  },
  "grid-random": (n, seed = 1) => new Random(seed).shuffled(grid(n)),
  "fan-in": (n) => Array.from({ length: n - 1 }, (_, i) => [i + 1, 0]),
  "fan-out": (n) => Array.from({ length: n - 1 }, (_, i) => [0, i + 1]),
  services: (n, seed = 1) => services(n, new Random(seed)),
  "two-chains": twoChains,
  blocks,
  dense: (n, seed = 1) => dense(n, new Random(seed)),
} satisfies Record<string, Workload>;
