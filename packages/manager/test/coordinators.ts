import { Coordinator, type Journal, ManagerError, MemoryJournal } from "../src/index.js";
import { TestClock } from "./test-clock.js";

export async function open(journal: Journal = new MemoryJournal()) {
  const clock = new TestClock();
  return { clock, journal, coordinator: await Coordinator.open({ journal, clock }) };
}

/** Lets everything run that can run now. */
export function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

export function want(unit: string, ...names: string[]) {
  return { type: "want", unit, dependencies: names.map((name) => ({ unit: name })) } as const;
}

/** The code of what a call is refused with, or "accepted". */
export async function codeOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof ManagerError) return error.code;
    throw error;
  }
  return "accepted";
}
