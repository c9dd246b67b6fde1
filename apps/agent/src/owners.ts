import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { Coordinator, Owner } from "@sync/manager";
import { AgentError } from "./errors.js";
import { commandOf, findProcess, lineage, type Process } from "./processes.js";

/** How often owners that are processes are looked at, in ms. Nothing is looked at while there are none. */
const lookEveryMs = 200;

/** How long after a failure of the journal a loss is recorded again, in ms. */
const loseAgainMs = 500;

/** An owner that lives. */
interface LivingOwner {
  readonly owner: Owner;
  /** Aborts when it is no more. */
  readonly lost: AbortSignal;
}

interface Entry extends LivingOwner {
  /** Who holds it is known with the lease, which may be named before it is back. */
  owner: Owner;
  process: Process | undefined;
  readonly controller: AbortController;
  /** How many commands that name it are under way. */
  claims: number;
}

interface Claim {
  readonly owner?: number | undefined;
  readonly lease?: string | undefined;
  readonly pid?: number | undefined;
}

/**
 * Everybody to whom units are bound: a lease, which lives as long as its connection, or a process. When one
 * of them ends, its units fail.
 */
export class Owners {
  readonly #coordinator: Coordinator;
  readonly #leases = new Map<string, Entry>();
  readonly #processes = new Map<string, Entry>();
  /** Leases whose connection has died with an agent before this one: they may come back while there is grace. */
  readonly #orphans = new Set<string>();
  /** Those that have ended here while there is grace; they may not come back. */
  readonly #ended = new Set<string>();
  #grace: ReturnType<typeof setTimeout> | undefined;
  #timer: ReturnType<typeof setInterval> | undefined;

  /**
   * Knows at once whoever owned a unit when the agent was started: a process is looked for, and a lease has
   * `leaseGraceMs` to come back.
   */
  constructor(coordinator: Coordinator, leaseGraceMs: number) {
    this.#coordinator = coordinator;
    this.#grace = setTimeout(() => this.#endGrace(), leaseGraceMs);
    for (const owner of coordinator.units.owners()) {
      const process = processOf(owner.id);
      if (process === undefined) {
        this.#addOrphan(newEntry(owner, findProcess(owner.pid ?? 0)));
      } else {
        this.#processes.set(owner.id, newEntry(owner, process));
        this.#timer ??= setInterval(() => this.#look(), lookEveryMs);
      }
    }
  }

  /** How many live, of each kind. */
  get count(): Record<"lease" | "process", number> {
    return { lease: this.#leases.size, process: this.#processes.size };
  }

  /** A new lease; `pid` is who holds it. */
  openLease(pid: number | undefined): Owner {
    const entry = newLease(randomUUID(), pid);
    this.#leases.set(entry.owner.id, entry);
    return entry.owner;
  }

  /**
   * Gives a lease back to who held it when the agent ended.
   *
   * @throws {AgentError} `OWNER_LOST` when that is too late, or somebody holds it; `BUSY` as {@link findProcess}.
   */
  resumeLease(id: string, pid: number | undefined): Owner {
    const entry = this.#lease(id, pid);
    if (entry === undefined || !this.#orphans.has(id)) throw lost("the lease cannot be taken up again");
    if (entry.owner.pid === undefined && pid !== undefined) {
      // This may be refused: then nobody holds it yet.
      entry.process = findProcess(pid);
      entry.owner = newOwner(id, pid);
    }
    this.#orphans.delete(id);
    return entry.owner;
  }

  /** Its connection has closed. */
  async closeLease({ id }: Owner): Promise<void> {
    const entry = this.#leases.get(id);
    this.#leases.delete(id);
    this.#orphans.delete(id);
    if (this.#grace !== undefined) this.#ended.add(id);
    if (entry !== undefined) await this.#lose(entry);
  }

  /**
   * Runs a command for the owner it names, or for nobody.
   *
   * @throws {AgentError} `OWNER_LOST` when the owner does not live; and whatever `run` throws.
   */
  async claim<Result>(
    claim: Claim,
    run: (owner: LivingOwner | undefined) => Promise<Result>,
  ): Promise<Result> {
    const entry = this.#claimed(claim);
    if (entry === undefined) return run(undefined);
    entry.claims += 1;
    try {
      return await run(entry);
    } finally {
      entry.claims -= 1;
    }
  }

  /** The `id` of every owner that is who asks, or that who asks was started by. */
  onBehalfOf({ lease, pid }: Claim): string[] {
    const ids = lease === undefined ? [] : [lease];
    if (pid === undefined || this.#leases.size + this.#processes.size === 0) return ids;
    const ancestors = new Set(Array.from(lineage(pid), idOf));
    for (const [id, { process }] of [...this.#leases, ...this.#processes]) {
      if (process !== undefined && ancestors.has(idOf(process))) ids.push(id);
    }
    return ids;
  }

  close(): void {
    this.#stopLooking();
    clearTimeout(this.#grace);
  }

  /**
   * A lease that there is. One that owned nothing when the agent ended is in no journal: while there is grace, it is
   * taken at its word.
   */
  #lease(id: string, pid: number | undefined): Entry | undefined {
    const entry = this.#leases.get(id);
    if (entry !== undefined || this.#grace === undefined || this.#ended.has(id) || !isLeaseId(id))
      return entry;
    return this.#addOrphan(newLease(id, pid));
  }

  #addOrphan(entry: Entry): Entry {
    this.#leases.set(entry.owner.id, entry);
    this.#orphans.add(entry.owner.id);
    return entry;
  }

  #endGrace(): void {
    this.#grace = undefined;
    for (const id of this.#orphans) void this.closeLease({ id });
    this.#ended.clear();
  }

  #stopLooking(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #claimed({ owner, lease, pid }: Claim): Entry | undefined {
    if (lease !== undefined) {
      const entry = this.#lease(lease, pid);
      if (entry === undefined) throw lost("the lease has ended, or is of another agent");
      return entry;
    }
    return owner === undefined ? undefined : this.#watch(owner);
  }

  #watch(pid: number): Entry {
    const process = findProcess(pid);
    if (process === undefined) throw lost(`there is no process ${pid}`);
    const id = idOf(process);
    const entry = this.#processes.get(id) ?? newEntry(newOwner(id, pid), process);
    this.#processes.set(id, entry);
    this.#timer ??= setInterval(() => this.#look(), lookEveryMs);
    return entry;
  }

  #look(): void {
    for (const [id, entry] of this.#processes) {
      if (mayLive(entry.owner)) {
        if (entry.claims > 0 || this.#coordinator.units.ownedBy(id).length > 0) continue;
        this.#processes.delete(id);
      } else {
        this.#processes.delete(id);
        void this.#lose(entry);
      }
    }
    if (this.#processes.size === 0) this.#stopLooking();
  }

  /** Until it is kept: a loss that is forgotten would leave others waiting. */
  async #lose({ owner, controller }: Entry): Promise<void> {
    controller.abort(lost("it has ended during the wait"));
    for (;;) {
      try {
        return await this.#coordinator.lose(owner.id, "owner lost");
      } catch (error) {
        if (!(error instanceof AgentError) || error.code !== "JOURNAL_UNAVAILABLE") return;
        await sleep(loseAgainMs, undefined, { ref: false });
      }
    }
  }
}

function newLease(id: string, pid: number | undefined): Entry {
  return newEntry(newOwner(id, pid), pid === undefined ? undefined : findProcess(pid));
}

function newOwner(id: string, pid: number | undefined): Owner {
  if (pid === undefined) return { id };
  const command = commandOf(pid);
  return { id, pid, ...(command !== undefined && { command }) };
}

function newEntry(owner: Owner, process: Process | undefined): Entry {
  const controller = new AbortController();
  return { owner, process, controller, lost: controller.signal, claims: 0 };
}

/** As `randomUUID` makes them. */
function isLeaseId(id: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id);
}

/** Who cannot be looked at now is looked at again. */
function mayLive({ id, pid = 0 }: Owner): boolean {
  try {
    const found = findProcess(pid);
    return found !== undefined && idOf(found) === id;
  } catch {
    return true;
  }
}

function idOf({ pid, started }: Process): string {
  return `process:${pid}:${started}`;
}

/** The process that an `id` names, alive or not; `undefined` for a lease. */
function processOf(id: string): Process | undefined {
  const [kind, pid, started] = id.split(":");
  return kind === "process" && started !== undefined ? { pid: Number(pid), parent: 0, started } : undefined;
}

function lost(why: string): AgentError {
  return new AgentError("OWNER_LOST", `the owner does not live: ${why}`);
}
