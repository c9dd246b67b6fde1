/** The oracle: two lists and a whole depth-first search for every question. Slow, and plainly right. */
export class NaiveGraph {
  readonly vertices: number[] = [];
  edges: { from: number; to: number; edge: number }[] = [];

  addVertex(vertex: number): boolean {
    if (this.vertices.includes(vertex)) {
      return false;
    }
    this.vertices.push(vertex);
    return true;
  }

  removeVertex(vertex: number): boolean {
    const index = this.vertices.indexOf(vertex);
    if (index === -1) {
      return false;
    }
    this.vertices.splice(index, 1);
    this.edges = this.edges.filter(({ from, to }) => from !== vertex && to !== vertex);
    return true;
  }

  closesCycle(from: number, to: number): boolean {
    const seen = new Set<number>();
    const open = [to];
    for (let vertex = open.pop(); vertex !== undefined; vertex = open.pop()) {
      if (vertex === from) {
        return true;
      }
      if (!seen.has(vertex)) {
        seen.add(vertex);
        open.push(...this.edges.filter((edge) => edge.from === vertex).map((edge) => edge.to));
      }
    }
    return false;
  }

  /** False, and nothing changed, if the edge would close a cycle. */
  addEdge(from: number, to: number, edge: number): boolean {
    if (this.closesCycle(from, to)) {
      return false;
    }
    this.addVertex(from);
    this.addVertex(to);
    const index = this.edges.findIndex((known) => known.from === from && known.to === to);
    if (index === -1) {
      this.edges.push({ from, to, edge });
    } else {
      this.edges[index] = { from, to, edge };
    }
    return true;
  }

  removeEdge(from: number, to: number): boolean {
    const before = this.edges.length;
    this.edges = this.edges.filter((edge) => edge.from !== from || edge.to !== to);
    return this.edges.length < before;
  }

  /** By vertex: the longest path to a vertex without outgoing edges, by asking until nothing changes. */
  layers(): Map<number, number> {
    const layers = new Map(this.vertices.map((vertex) => [vertex, 0]));
    let isDone = false;
    while (!isDone) {
      isDone = true;
      for (const { from, to } of this.edges) {
        const least = Number(layers.get(to)) + 1;
        if (Number(layers.get(from)) < least) {
          layers.set(from, least);
          isDone = false;
        }
      }
    }
    return layers;
  }
}
