import type { Meters, Observation } from "./meters.js";

/** After so many observations somebody is busy enough not to notice that the meters are loaded. */
const mostEarly = 1_000;

/**
 * Is told what happens, for those who ask how often and how long.
 *
 * The library that counts takes longer to load than many an agent has work, and most agents are never asked.
 * So the first observations are kept as they are, until somebody asks or there are many.
 */
export class Metrics {
  #early: Observation[] = [];
  #loading: Promise<Meters> | undefined;
  #record = (observation: Observation): void => {
    if (this.#early.push(observation) === mostEarly) this.meters().catch(() => undefined);
  };

  record(observation: Observation): void {
    this.#record(observation);
  }

  /** Everything that has been observed, and goes on being so. Rejects when the library cannot be loaded. */
  meters(): Promise<Meters> {
    this.#loading ??= this.#load();
    return this.#loading;
  }

  async #load(): Promise<Meters> {
    try {
      const { Meters } = await import("./meters.js");
      const meters = new Meters();
      for (const observation of this.#early) meters.record(observation);
      this.#record = (observation) => meters.record(observation);
      return meters;
    } catch (error) {
      // Somebody has removed its files, and nobody will ever hear of what would be kept.
      this.#record = () => undefined;
      throw error;
    } finally {
      this.#early = [];
    }
  }
}
