import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import type { UnitDocument, UnitRequirement } from "@sync/protocol";
import { type Client, createClient, type Lease, ProtocolError } from "@sync/protocol/client";
import { type Asked, type Command, everyUnit, processName } from "./commands.js";
import type { Ledger } from "./ledger.js";
import type { Move } from "./moves.js";
import type { Waits } from "./waits.js";

/** How many units each worker has at most, how many of those are needed by what belongs to all, and how many that is. */
const ownUnits = 30;
const neededUnits = 5;
const sharedUnits = 10;

/** How many calls of a worker are held at once. */
const mostHeld = 3;

/** How soon it knocks again where nobody opens, in ms. */
const knockMs = 4;

type Of<What extends Move["what"]> = Extract<Move, { readonly what: What }>;

type OwnerKind = Of<"start">["owner"];

/** Who a unit is bound to, and how a call names them. */
interface Owner {
  readonly name?: string;
  readonly lease?: string;
  readonly pid?: number | undefined;
}

interface Place {
  readonly socketPath: string;
  readonly ledger: Ledger;
  readonly waits: Waits;
  /** How many workers there are. */
  readonly size: number;
}

/** One life of the agent, as a worker sees it. */
export interface Life {
  /** Aborts when it is over: nothing more is asked then. */
  readonly over: AbortSignal;
  /** Makes every reason longer. */
  readonly padding: string;
}

/** A client with connections of its own, which asks for one thing after the other, while some of it is held. */
export class Worker implements AsyncDisposable {
  readonly #number: number;
  readonly #place: Place;
  readonly #client: Client;
  readonly #moves: Iterator<Move>;
  /** What each of its units was said to need. */
  readonly #needs: UnitRequirement[][] = [[]];
  readonly #held = new Set<Promise<unknown>>();
  #lease: Lease | undefined;
  #process: ChildProcess | undefined;
  #isClosed = false;

  constructor(number: number, moves: Iterator<Move>, place: Place) {
    this.#number = number;
    this.#moves = moves;
    this.#place = place;
    this.#client = createClient({ socketPaths: [place.socketPath] });
  }

  /** Gets to know which agent it is: only then is what is held made again. */
  async meet(): Promise<void> {
    await this.#client.ping();
  }

  /** Asks until the life is over, and what it was asking for then is ended. */
  async work({ over, padding }: Life): Promise<void> {
    while (!over.aborted) {
      const { value: move } = this.#moves.next();
      const isHeard = async () => (await this.#do(move, padding))?.end?.what !== "not sent";
      while (!(await isHeard()) && !over.aborted) await delay(knockMs);
    }
  }

  /** Resolves when nothing is held any more. */
  async idle(): Promise<void> {
    await Promise.all(this.#held);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    await this.#client.close();
    this.#process?.kill("SIGKILL");
  }

  async #do(move: Move, padding: string): Promise<Command | undefined> {
    switch (move.what) {
      case "declare":
        return this.#declare(move);
      case "need for all":
        return this.#want(shared(move.unit), [{ unit: this.#own(move.needed % neededUnits) }], "nobody");
      case "start":
        return this.#start(move);
      case "report":
        return this.#report(move, padding);
      case "reset all":
        return this.#run({ verb: "reset all", unit: everyUnit }, async (id) => {
          await this.#client.resetAll({ reason: `${id} ${padding}`, force: true });
          return undefined;
        });
      case "hold a start":
        return this.#holdStart(move);
      case "hold a wait":
        return this.#holdWait(move);
      case "change lease":
        return this.#changeLease();
      case "change process":
        return this.#changeProcess();
      default:
        return move satisfies never;
    }
  }

  /** A unit of its own that nobody has named yet, or what was said of one once more. */
  async #declare({ needs, again, owner }: Of<"declare">): Promise<Command> {
    const number = this.#needs.length < ownUnits ? this.#needs.length : 1 + (again % (ownUnits - 1));
    this.#needs[number] ??= this.#unitsOf(needs);
    return this.#want(this.#own(number), this.#needs[number], owner);
  }

  async #want(unit: string, needs: readonly UnitRequirement[], kind: OwnerKind): Promise<Command> {
    const owner = await this.#owner(kind);
    const dependencies = needs.map((need) => need.unit);
    return this.#run({ verb: "want", unit, dependencies, owner: owner.name }, () =>
      this.#client.want(unit, needs, { lease: owner.lease }),
    );
  }

  async #start({ unit: drawn, owner: kind, force }: Of<"start">): Promise<Command> {
    const { name, lease, pid } = await this.#owner(kind);
    const unit = this.#unit(drawn);
    return this.#run({ verb: "start", unit, owner: name }, () =>
      this.#client.start(unit, { lease, owner: pid, force }),
    );
  }

  async #report({ verb, unit: drawn, owner: kind, force }: Of<"report">, padding: string): Promise<Command> {
    const { lease, pid } = await this.#owner(kind);
    const unit = this.#unit(drawn);
    return this.#run({ verb, unit }, (id) =>
      this.#client[verb](unit, { reason: `${id} ${padding}`, lease, pid, force }),
    );
  }

  async #holdStart({ unit: drawn, owner: kind, keepWaiting }: Of<"hold a start">): Promise<undefined> {
    if (this.#held.size >= mostHeld) return;
    const { name, lease, pid } = await this.#owner(kind);
    const unit = this.#own(drawn);
    this.#hold(
      this.#run({ verb: "start", unit, owner: name, isHeld: true }, () =>
        this.#client.start(unit, { wait: true, lease, owner: pid, keepWaiting }),
      ),
    );
  }

  async #holdWait({ needs, mode, keepWaiting, timeoutMs }: Of<"hold a wait">): Promise<undefined> {
    if (this.#held.size >= mostHeld) return;
    const units = this.#unitsOf(needs);
    this.#hold(
      this.#place.waits.run({ units, mode, timeoutMs }, () =>
        this.#client.wait(units, { mode, keepWaiting, timeoutMs }),
      ),
    );
  }

  async #changeLease(): Promise<undefined> {
    const lease = this.#lease;
    if (lease === undefined) return;
    this.#lease = undefined;
    this.#place.ledger.endOwner(lease.id);
    await lease.close();
  }

  async #changeProcess(): Promise<undefined> {
    const process = this.#process;
    if (process === undefined) return;
    this.#process = undefined;
    this.#place.ledger.endOwner(processName(process.pid));
    process.kill("SIGKILL");
    await once(process, "exit");
  }

  async #run(asked: Omit<Asked, "worker">, send: (id: string) => Promise<UnitDocument | undefined>) {
    return this.#place.ledger.run({ ...asked, worker: this.#number }, send);
  }

  #hold(call: Promise<unknown>): void {
    const held = call
      .catch((error: unknown) => {
        if (!this.#isClosed) throw error;
      })
      .finally(() => this.#held.delete(held));
    this.#held.add(held);
  }

  async #owner(kind: OwnerKind): Promise<Owner> {
    if (kind === "nobody") return {};
    if (kind === "process") {
      this.#process ??= spawn("sleep", ["3600"], { stdio: "ignore" });
      const { pid } = this.#process;
      return { name: processName(pid), pid };
    }
    if (this.#lease?.lost.aborted) {
      this.#place.ledger.mistakes.push(`a lease was lost: ${String(this.#lease.lost.reason)}`);
      this.#lease = undefined;
    }
    this.#lease ??= await this.#openLease();
    return this.#lease === undefined ? {} : { name: this.#lease.id, lease: this.#lease.id };
  }

  async #openLease(): Promise<Lease | undefined> {
    try {
      return await this.#client.lease();
    } catch (error) {
      if (error instanceof ProtocolError) return undefined;
      throw error;
    }
  }

  #unit({ of, index }: Of<"start">["unit"]): string {
    return of === "us" ? this.#own(index) : this.#any(index);
  }

  #own(index: number): string {
    return `${this.#number}/${index % this.#needs.length}`;
  }

  #any(index: number): string {
    const worker = index % (this.#place.size + 1);
    return worker === this.#place.size
      ? shared(index)
      : `${worker}/${Math.trunc(index / (this.#place.size + 1)) % ownUnits}`;
  }

  /** Each unit once: what is required of it twice would be a contradiction. */
  #unitsOf(needs: Of<"declare">["needs"]): UnitRequirement[] {
    const units = needs.map(
      ({ requirement, ...unit }) => [this.#unit(unit), { unit: this.#unit(unit), requirement }] as const,
    );
    return [...new Map(units).values()];
  }
}

function shared(index: number): string {
  return `shared/${index % sharedUnits}`;
}
