/** Sends a signal to a process, or to a group when the number is negative, if it is still there. */
export function sendSignal(target: number, signal: NodeJS.Signals): void {
  try {
    process.kill(target, signal);
  } catch {
    // It has just ended, or has become another user's.
  }
}
