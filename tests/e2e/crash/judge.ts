import { isDeepStrictEqual } from "node:util";
import type { UnitEvent } from "@sync/manager";
import type { UnitDocument } from "@sync/protocol";
import { ownerName } from "./commands.js";
import { type Head, JournalReader } from "./journal-reader.js";
import { Ledger } from "./ledger.js";
import { type Kept, kept, Model } from "./model.js";
import { Waits } from "./waits.js";

/** What the agent has shown of everything at one moment. */
export interface Snapshot {
  readonly sequence: number;
  readonly units: readonly UnitDocument[];
}

/** Compares what a journal has kept with what was asked, what was answered and what was shown. */
export class Judge implements Disposable {
  readonly ledger = new Ledger();
  readonly waits = new Waits();
  readonly figures = { events: 0, snapshots: 0, rewrites: 0 };
  readonly #journal: JournalReader;
  readonly #model = new Model();
  readonly #mistakes: string[] = [];
  #generation: string | undefined;
  #sequence = 0;

  constructor(path: string) {
    this.#journal = new JournalReader(path);
  }

  get mistakes(): string[] {
    return [...this.#mistakes, ...this.ledger.mistakes, ...this.waits.mistakes];
  }

  /** The units of owners that were ended by us. */
  get orphans(): string[] {
    return this.#model.names.filter((name) => {
      const owner = this.#model.ownerOf(name);
      return owner !== undefined && this.ledger.hasEnded(ownerName(owner));
    });
  }

  /** Looks at what a life of the agent has left; nothing is under way but what is held. */
  judge(snapshot: Snapshot | undefined): void {
    const news = this.#journal.read();
    if (news === undefined) return;
    this.#look(snapshot);
    this.#take(news.events, snapshot);
    if (news.anew !== undefined) {
      this.#checkHead(news.anew.head);
      this.#take(news.anew.events, snapshot);
    }
    if (snapshot !== undefined && snapshot.sequence > this.#sequence) {
      this.#mistakes.push(
        `event ${snapshot.sequence} was shown, and ${this.#sequence} is the last that was kept`,
      );
    }
    this.ledger.close(this.#model);
    this.waits.close();
  }

  [Symbol.dispose](): void {
    this.#journal[Symbol.dispose]();
  }

  #take(events: readonly UnitEvent[], snapshot: Snapshot | undefined): void {
    for (const event of events) {
      this.#sequence += 1;
      this.figures.events += 1;
      this.ledger.take(event, this.#sequence, this.#model);
      const objection = this.#model.apply(event);
      if (objection !== undefined) this.#mistakes.push(`event ${this.#sequence}: ${objection}`);
      this.#look(snapshot);
    }
  }

  #look(snapshot: Snapshot | undefined): void {
    this.ledger.look(this.#model);
    this.waits.look(this.#model);
    if (snapshot?.sequence !== this.#sequence) return;
    this.figures.snapshots += 1;
    this.#compare(snapshot.units.map(kept), `what was shown after event ${this.#sequence}`);
  }

  /** What a journal was begun anew with is what its events have led to. */
  #checkHead({ generation, sequence, events }: Head): void {
    if (generation !== (this.#generation ?? generation) || sequence !== this.#sequence) {
      this.#mistakes.push(
        `a journal begins after event ${sequence}, and the one before had ${this.#sequence}`,
      );
    }
    if (this.#generation !== undefined) this.figures.rewrites += 1;
    this.#generation = generation;
    const begun = new Model();
    for (const event of events) begun.apply(event);
    this.#compare(begun.documents(), `what a journal was begun with after event ${sequence}`);
  }

  #compare(units: readonly Kept[], what: string): void {
    const expected = this.#model.documents();
    for (let index = 0; index < Math.max(units.length, expected.length); index += 1) {
      if (isDeepStrictEqual(units[index], expected[index])) continue;
      const [is, ought] = [units[index], expected[index]].map((unit) => JSON.stringify(unit));
      this.#mistakes.push(`${what} is ${is}, and not ${ought}`);
      return;
    }
  }
}
