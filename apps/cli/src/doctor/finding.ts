/** What one check has found. */
export interface Finding {
  readonly check:
    | "node"
    | "program"
    | "environment"
    | "socket"
    | "agent"
    | "version"
    | "clock"
    | "journal"
    | "limits";
  readonly level: "ok" | "warning" | "problem";
  readonly text: string;
  /** What to do about it. */
  readonly advice: string | null;
}

type Check = Finding["check"];

export function ok(check: Check, text: string): Finding {
  return { check, level: "ok", text, advice: null };
}

export function warning(check: Check, text: string, advice: string): Finding {
  return { check, level: "warning", text, advice };
}

export function problem(check: Check, text: string, advice: string): Finding {
  return { check, level: "problem", text, advice };
}
