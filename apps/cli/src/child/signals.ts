import { signalStatus } from "../exit-reason.js";
import type { Command } from "./command.js";
import { isForeground } from "./foreground.js";

/** They ask a command to end. */
const ending = ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"] as const;

/** They tell it something else. Without a listener, Node takes the first for a wish to be debugged. */
const passing = ["SIGUSR1", "SIGUSR2", "SIGWINCH"] as const;

/** A terminal sends them to all of its foreground group. */
const typed: ReadonlySet<NodeJS.Signals> = new Set(["SIGINT", "SIGQUIT", "SIGTSTP", "SIGWINCH"]);

/** A signal has asked us to end while no command ran. */
export class Interruption extends Error {
  override readonly name = "Interruption";
  readonly status: number;

  constructor(signal: NodeJS.Signals) {
    super(signal);
    this.status = signalStatus(signal);
  }
}

/** Takes the signals that this process gets, from its making until it is disposed of, and forwards them to the command. */
export class Signals implements Disposable {
  readonly #ended = new AbortController();
  readonly #listeners = new Map<NodeJS.Signals, () => void>();
  #command: Command | undefined;

  constructor() {
    for (const signal of ending) {
      this.#on(signal, () => this.#end(signal));
    }
    for (const signal of passing) {
      this.#on(signal, () => this.#forward(signal));
    }
    this.#on("SIGTSTP", () => this.#stop());
    this.#on("SIGCONT", () => this.#command?.send("SIGCONT"));
  }

  /** Aborts with an `Interruption` when we have been asked to end, whether or not a command runs. */
  get ended(): AbortSignal {
    return this.#ended.signal;
  }

  /** From now on the command gets them; `undefined` when none runs. */
  forwardTo(command: Command | undefined): void {
    this.#command = command;
  }

  [Symbol.dispose](): void {
    for (const [signal, listener] of this.#listeners) {
      process.off(signal, listener);
    }
  }

  #on(signal: NodeJS.Signals, listener: () => void): void {
    this.#listeners.set(signal, listener);
    process.on(signal, listener);
  }

  #end(signal: NodeJS.Signals): void {
    this.#ended.abort(new Interruption(signal));
    if (this.#command === undefined) {
      // Who asks a second time is not kept waiting for anything: that ends this process where it stands.
      this[Symbol.dispose]();
    }
    this.#forward(signal);
  }

  #forward(signal: NodeJS.Signals): void {
    if (!this.#hasHeard(signal)) {
      this.#command?.send(signal);
    }
  }

  #stop(): void {
    if (!this.#hasHeard("SIGTSTP")) {
      this.#command?.stop();
    }
    process.kill(process.pid, "SIGSTOP");
  }

  /** Whether the terminal has sent it to the command already. */
  #hasHeard(signal: NodeJS.Signals): boolean {
    return this.#command?.isInOurGroup === true && typed.has(signal) && isForeground();
  }
}
