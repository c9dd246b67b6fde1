import { execFile } from "node:child_process";

interface Log {
  warn(facts: object, text: string): void;
}

/** How long `systemd-notify` may take, in milliseconds; a service is given far longer to become ready. */
const longestMs = 5_000;

/**
 * Makes what tells systemd, or who does as it does, how we are: `READY=1`, in the order in which it is told. It
 * holds nothing up. Without `NOTIFY_SOCKET` nobody wants to know.
 */
export function notifier({ NOTIFY_SOCKET }: NodeJS.ProcessEnv, log: Log): (state: string) => void {
  if (!NOTIFY_SOCKET) return () => undefined;
  let last = Promise.resolve();
  return (state) => {
    last = last.then(() => notify(state, log));
  };
}

/** Node cannot send to a datagram socket that has a path. */
function notify(state: string, log: Log): Promise<void> {
  return new Promise((resolve) => {
    execFile("systemd-notify", [state], { timeout: longestMs }, (error, _stdout, stderr) => {
      if (error !== null) {
        log.warn({ state, why: stderr.trim() || error.message }, "cannot tell systemd how the agent is");
      }
      resolve();
    });
  });
}
