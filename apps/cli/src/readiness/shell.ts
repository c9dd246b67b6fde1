import { spawn } from "node:child_process";
import { once } from "node:events";
import { sendSignal } from "../child/send-signal.js";
import type { Probe } from "./probe.js";

/** Ready when a line of shell succeeds. */
export function shellProbe(line: string): Probe {
  return async (signal, env) => {
    const shell = spawn("/bin/sh", ["-c", line], { env, stdio: "ignore", detached: true });
    const end = () => {
      if (shell.pid !== undefined) {
        sendSignal(-shell.pid, "SIGKILL");
      }
    };
    signal.addEventListener("abort", end);
    try {
      const [status] = await once(shell, "exit");
      return status === 0;
    } finally {
      signal.removeEventListener("abort", end);
    }
  };
}
