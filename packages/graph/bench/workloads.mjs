/** The shapes in which graphs are declared: lists of [from, to] vertex numbers, the same on every run. */

export function generator(seed) {
  let state = seed;
  const random = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  const int = (k) => Math.floor(random() * k);
  const shuffle = (k) => {
    const items = Array.from({ length: k }, (_, i) => i);
    for (let i = k - 1; i > 0; i -= 1) {
      const j = int(i + 1);
      [items[i], items[j]] = [items[j], items[i]];
    }
    return items;
  };
  return { random, int, shuffle, shuffled: (list) => shuffle(list.length).map((i) => list[i]) };
}

function randomPairs(n, { int }) {
  const pairs = [];
  const seen = new Set();
  while (pairs.length < 5 * n) {
    const [a, b] = [int(n), int(n)];
    const [i, j] = [Math.min(a, b), Math.max(a, b)];
    if (i !== j && !seen.has(i * n + j)) {
      seen.add(i * n + j);
      pairs.push([i, j]);
    }
  }
  return pairs;
}

function chain(first, length) {
  return Array.from({ length: length - 1 }, (_, i) => [first + i, first + i + 1]);
}

function layered(n, { int }) {
  const edges = [];
  const width = 100;
  for (let layer = 0; layer < n / width - 1; layer += 1) {
    for (let i = 0; i < width; i += 1) {
      const targets = new Set();
      while (targets.size < 5) {
        targets.add(int(width));
      }
      for (const j of targets) {
        edges.push([layer * width + i, (layer + 1) * width + j]);
      }
    }
  }
  return edges;
}

function grid(n) {
  const side = Math.round(Math.sqrt(n));
  const edges = [];
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

function services(n, { random, int }) {
  const edges = [];
  for (let i = 1; i < n; i += 1) {
    const targets = new Set();
    for (let d = 1 + int(3); d > 0; d -= 1) {
      targets.add(random() < 0.3 ? int(Math.min(i, 20)) : int(i));
    }
    for (const target of targets) {
      edges.push([i, target]);
    }
  }
  return edges;
}

function blocks(n) {
  const count = Math.round(Math.sqrt(n));
  const width = Math.floor(n / count);
  const edges = [];
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

function dense(n, generate) {
  const k = Math.floor(Math.sqrt(10 * n));
  const place = generate.shuffle(k);
  const edges = [];
  for (let i = 0; i < k; i += 1) {
    for (let j = i + 1; j < k; j += 1) {
      edges.push([place[i], place[j]]);
    }
  }
  return generate.shuffled(edges);
}

/** Name of the shape → (number of vertices, seed) → edges. */
export const workloads = {
  random(n, seed = 1) {
    const generate = generator(seed);
    const place = generate.shuffle(n);
    return randomPairs(n, generate).map(([i, j]) => [place[i], place[j]]);
  },
  "random-sorted": (n, seed = 1) =>
    randomPairs(n, generator(seed)).sort((a, b) => a[0] - b[0] || a[1] - b[1]),
  "chain-forward": (n) => chain(0, n),
  "chain-reverse": (n) => chain(0, n).toReversed(),
  "chain-random": (n, seed = 1) => generator(seed).shuffled(chain(0, n)),
  layered: (n, seed = 1) => layered(n, generator(seed)),
  "layered-random": (n, seed = 1) => {
    const generate = generator(seed);
    return generate.shuffled(layered(n, generate));
  },
  "grid-random": (n, seed = 1) => generator(seed).shuffled(grid(n)),
  "fan-in": (n) => Array.from({ length: n - 1 }, (_, i) => [i + 1, 0]),
  "fan-out": (n) => Array.from({ length: n - 1 }, (_, i) => [0, i + 1]),
  services: (n, seed = 1) => services(n, generator(seed)),
  "two-chains": (n) => {
    const k = n / 2;
    const across = Array.from({ length: k }, (_, i) => [k + i, 0]);
    return [...chain(0, k), ...chain(k, k), ...across];
  },
  blocks,
  dense: (n, seed = 1) => dense(n, generator(seed)),
};
