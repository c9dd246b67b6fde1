/** Tasks by name, each with those it depends on, which come before it. */
export type TaskGraph = ReadonlyMap<string, readonly string[]>;

/** Two hundred tasks: layers of which each needs three of the one before, a chain of diamonds, and plain chains. */
export function twoHundredTasks(): TaskGraph {
  const tasks = new Map<string, readonly string[]>();
  const [layers, width] = [10, 12];
  for (let layer = 0; layer < layers; layer += 1) {
    for (let place = 0; place < width; place += 1) {
      const needed =
        layer === 0 ? [] : [0, 1, 5].map((step) => `layer-${layer - 1}-${(place + step) % width}`);
      tasks.set(`layer-${layer}-${place}`, needed);
    }
  }
  for (let diamond = 0; diamond < 10; diamond += 1) {
    tasks.set(`top-${diamond}`, diamond === 0 ? [] : [`bottom-${diamond - 1}`]);
    tasks.set(`left-${diamond}`, [`top-${diamond}`]);
    tasks.set(`right-${diamond}`, [`top-${diamond}`]);
    tasks.set(`bottom-${diamond}`, [`left-${diamond}`, `right-${diamond}`]);
  }
  for (let chain = 0; chain < 4; chain += 1) {
    for (let link = 0; link < 10; link += 1) {
      tasks.set(`chain-${chain}-${link}`, link === 0 ? [] : [`chain-${chain}-${link - 1}`]);
    }
  }
  return tasks;
}

/** How many tasks there are on the longest way through the graph. */
export function criticalPath(graph: TaskGraph): number {
  const lengths = new Map<string, number>();
  for (const [task, needed] of graph) {
    lengths.set(task, 1 + Math.max(0, ...needed.map((name) => lengths.get(name) ?? 0)));
  }
  return Math.max(...lengths.values());
}
