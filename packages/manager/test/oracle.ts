import type { Requirement, StoredStatus } from "../src/index.js";

interface Node {
  stored: StoredStatus | undefined;
  hasRun: boolean;
  owner: string | undefined;
  attempted: boolean;
  readonly needs: Map<string, Requirement>;
}

/** The rules, recomputed from scratch at every question: slow, and too simple to be wrong. */
export class Oracle {
  readonly nodes = new Map<string, Node>();

  node(name: string): Node {
    const node = this.nodes.get(name) ?? {
      stored: undefined,
      hasRun: false,
      owner: undefined,
      attempted: false,
      needs: new Map(),
    };
    this.nodes.set(name, node);
    return node;
  }

  reaches(from: string, to: string): boolean {
    return (
      from === to || [...(this.nodes.get(from)?.needs.keys() ?? [])].some((next) => this.reaches(next, to))
    );
  }

  status(name: string): string {
    const node = this.nodes.get(name);
    if (node?.stored === undefined) return "not registered";
    return node.stored === "pending" && this.readiness(name) === "blocked" ? "skipped" : node.stored;
  }

  readiness(name: string): string {
    const needs = [...(this.nodes.get(name)?.needs ?? [])];
    if (needs.some(([dependency, requirement]) => this.impossible(dependency, requirement))) return "blocked";
    return needs.every(([dependency, requirement]) => this.met(dependency, requirement))
      ? "ready"
      : "waiting";
  }

  met(name: string, requirement: Requirement): boolean {
    const status = this.status(name);
    if (requirement === "completed") return status === "completed";
    if (requirement === "started") return status === "started" || status === "completed";
    return status === "completed" || status === "failed" || status === "skipped";
  }

  impossible(name: string, requirement: Requirement): boolean {
    return requirement !== "finished" && ["failed", "skipped"].includes(this.status(name));
  }

  rootCauses(name: string): string[] {
    const causes = new Set<string>();
    for (const [dependency, requirement] of this.nodes.get(name)?.needs ?? []) {
      if (!this.impossible(dependency, requirement)) continue;
      const node = this.node(dependency);
      const isRoot = node.stored === "failed" && (node.hasRun || this.readiness(dependency) !== "blocked");
      for (const cause of isRoot ? [dependency] : this.rootCauses(dependency)) causes.add(cause);
    }
    return [...causes].sort();
  }
}
