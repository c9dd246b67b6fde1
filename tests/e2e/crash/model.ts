import type { Requirement, UnitEvent } from "@sync/manager";
import type { UnitDocument } from "@sync/protocol";

type Stored = "pending" | "started" | "completed" | "failed";
type Status = Stored | "skipped" | "not registered";
type State = "met" | "unmet" | "impossible";

interface Known {
  stored: Stored | undefined;
  since: number | undefined;
  reason: string | undefined;
  owner: NonNullable<Extract<UnitEvent, { type: "started" }>["owner"]> | undefined;
  attempted: boolean;
  hasRun: boolean;
  readonly dependencies: Map<string, Requirement>;
}

/** What the agent says of a unit and does not forget: who waits is none of it. */
export type Kept = Omit<UnitDocument, "starting" | "waiters">;

export function kept(unit: UnitDocument): Kept {
  const { unit_name, status, is_ready, dependencies, readiness, since, reason, owner, root_causes } = unit;
  return { unit_name, status, is_ready, dependencies, readiness, since, reason, owner, root_causes };
}

/**
 * What units are by the words of the design alone. It keeps facts and nothing that follows from them: each
 * question is answered by looking at everything again.
 */
export class Model {
  readonly #units = new Map<string, Known>();
  #statuses = new Map<string, Status>();

  /** Makes a fact true. @returns why it cannot have happened; `undefined` when all is well. */
  apply(event: UnitEvent): string | undefined {
    const objection = this.#objectionTo(event);
    const unit = this.#know(event.unit);
    this.#statuses = new Map();
    switch (event.type) {
      case "registered":
        Object.assign(unit, { stored: "pending", since: event.at });
        break;
      case "wanted":
        this.#know(event.dependency);
        unit.dependencies.set(event.dependency, event.requirement);
        break;
      case "attempted":
        Object.assign(unit, { attempted: true, owner: event.owner });
        break;
      case "started":
        Object.assign(unit, reported("started", event.at), { owner: event.owner, hasRun: true });
        break;
      case "completed":
      case "failed":
        Object.assign(unit, reported(event.type, event.at), { reason: event.reason });
        break;
      case "reset":
        Object.assign(unit, reported("pending", event.at), { reason: event.reason, hasRun: false });
        break;
      default:
        event satisfies never;
    }
    return objection;
  }

  get names(): string[] {
    return [...this.#units.keys()].sort();
  }

  has(unit: string, dependency: string): boolean {
    return this.#units.get(unit)?.dependencies.has(dependency) ?? false;
  }

  ownerOf(unit: string): Known["owner"] {
    return this.#units.get(unit)?.owner;
  }

  ownedBy(id: string): string[] {
    return this.names.filter((name) => this.ownerOf(name)?.id === id);
  }

  status(name: string): Status {
    const known = this.#statuses.get(name);
    if (known !== undefined) return known;
    const { stored = "not registered", dependencies = new Map<string, Requirement>() } =
      this.#units.get(name) ?? {};
    const isSkipped = () => this.#states(dependencies).includes("impossible");
    const status = stored === "pending" && isSkipped() ? "skipped" : stored;
    this.#statuses.set(name, status);
    return status;
  }

  /** How far a unit is from what is required of it. */
  state(name: string, requirement: Requirement): State {
    const status = this.status(name);
    if (status === "completed") return "met";
    if (status === "failed" || status === "skipped") return requirement === "finished" ? "met" : "impossible";
    return status === "started" && requirement === "started" ? "met" : "unmet";
  }

  readiness(name: string): "ready" | "waiting" | "blocked" {
    const states = this.#states(this.#units.get(name)?.dependencies ?? new Map());
    if (states.includes("impossible")) return "blocked";
    return states.includes("unmet") ? "waiting" : "ready";
  }

  /** Every unit as the agent would tell it. */
  documents(): Kept[] {
    return this.names.map((name) => this.#document(name));
  }

  #document(name: string): Kept {
    const { since, reason, owner, dependencies } = this.#know(name);
    const readiness = this.readiness(name);
    return {
      unit_name: name,
      status: this.status(name),
      is_ready: readiness === "ready",
      dependencies: [...dependencies]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([dependency, requirement]) => ({
          depends_on: dependency,
          required_status: requirement,
          current_status: this.status(dependency),
          is_satisfied: this.state(dependency, requirement) === "met",
        })),
      readiness,
      since: time(since),
      reason: reason ?? null,
      owner: owner === undefined ? null : { pid: owner.pid ?? null, command: owner.command ?? null },
      root_causes: readiness === "blocked" ? this.#rootCauses(name) : [],
    };
  }

  #rootCauses(name: string): Kept["root_causes"] {
    const roots = new Set<string>();
    const seen = new Set<string>();
    const visit = (unit: string) => {
      for (const [dependency, requirement] of this.#know(unit).dependencies) {
        if (this.state(dependency, requirement) !== "impossible" || seen.has(dependency)) continue;
        seen.add(dependency);
        const { stored, hasRun } = this.#know(dependency);
        if (stored === "failed" && (hasRun || this.readiness(dependency) !== "blocked"))
          roots.add(dependency);
        else visit(dependency);
      }
    };
    visit(name);
    return [...roots].sort().map((root) => {
      const { since, reason } = this.#know(root);
      return { unit_name: root, since: time(since), reason: reason ?? null };
    });
  }

  #objectionTo(event: UnitEvent): string | undefined {
    const { stored, attempted = false } = this.#units.get(event.unit) ?? {};
    const isReady = this.readiness(event.unit) === "ready";
    const allowed = {
      registered: stored === undefined,
      wanted:
        event.type === "wanted" &&
        stored !== undefined &&
        !this.has(event.unit, event.dependency) &&
        !this.#reaches(event.dependency, event.unit),
      attempted: stored === "pending",
      started: stored !== undefined && stored !== "started" && isReady,
      completed: stored === "started" || (stored === "pending" && isReady && !attempted),
      failed: stored === "started" || stored === "pending",
      reset: (stored !== undefined && stored !== "pending") || attempted,
    };
    if (allowed[event.type]) return undefined;
    return `${JSON.stringify(event)} cannot happen to what is ${this.status(event.unit)} and ${this.readiness(event.unit)}`;
  }

  #reaches(from: string, to: string, seen = new Set<string>()): boolean {
    if (from === to) return true;
    if (seen.has(from)) return false;
    seen.add(from);
    return [...(this.#units.get(from)?.dependencies.keys() ?? [])].some((next) =>
      this.#reaches(next, to, seen),
    );
  }

  #states(dependencies: ReadonlyMap<string, Requirement>): State[] {
    return [...dependencies].map(([name, requirement]) => this.state(name, requirement));
  }

  #know(name: string): Known {
    const known = this.#units.get(name) ?? {
      stored: undefined,
      since: undefined,
      reason: undefined,
      owner: undefined,
      attempted: false,
      hasRun: false,
      dependencies: new Map(),
    };
    this.#units.set(name, known);
    return known;
  }
}

/** What a report leaves of what was before. */
function reported(stored: Stored, since: number): Partial<Known> {
  return { stored, since, reason: undefined, owner: undefined, attempted: false };
}

function time(ms: number | undefined): string | null {
  return ms === undefined ? null : new Date(ms).toISOString();
}
