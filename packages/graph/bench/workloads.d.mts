/** Name of the shape → (number of vertices, seed) → edges, as pairs of vertex numbers. */
export const workloads: Readonly<
  Record<string, (vertices: number, seed?: number) => readonly (readonly [number, number])[]>
>;
