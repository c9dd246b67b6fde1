import { constants } from "node:os";

/** What an exit status says of why: a shell reports 128 + n for what signal n has ended. */
export function exitReason(status: number): string {
  const signal = Object.entries(constants.signals).find(([, number]) => number === status - 128);
  return signal === undefined ? `exit ${status}` : `killed by ${signal[0]}`;
}

/** The exit status by which a shell tells that a signal has ended a command. */
export function signalStatus(signal: NodeJS.Signals): number {
  return 128 + constants.signals[signal];
}
