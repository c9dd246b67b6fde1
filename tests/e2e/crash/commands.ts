import type { UnitDocument } from "@sync/protocol";
import { ProtocolError } from "@sync/protocol/client";

/** What whoever has asked was told. */
export type End =
  | { readonly what: "acknowledged"; readonly unit: UnitDocument | undefined }
  | { readonly what: "refused"; readonly code: string }
  /** The agent has died meanwhile: it may have happened, whole, or not at all. */
  | { readonly what: "never answered" }
  | { readonly what: "not sent" };

/** In the place of a unit, for a command about all of them. */
export const everyUnit = "";

/** What units of others begin with: nothing is known of what they ask for. */
export const othersPrefix = "others/";

/** What was asked of the agent. */
export interface Asked {
  readonly worker: number;
  readonly verb: "want" | "start" | "complete" | "fail" | "reset" | "reset all";
  readonly unit: string;
  readonly dependencies?: readonly string[];
  /** As `ownerName` tells it. */
  readonly owner?: string | undefined;
  /** Whether it waits for its unit to become ready, and is made again when the agent has died. */
  readonly isHeld?: boolean;
}

export interface Command extends Asked {
  /** What its report begins with, where it is one. */
  readonly id: string;
  end: End | undefined;
  /** The numbers of the events that are its. */
  readonly kept: number[];
  /** What its unit has been since, where it is held. */
  readonly seen: Set<string>;
}

/** A lease by its `id`; a process by its number, which is all that whoever names it knows. */
export function ownerName({ id, pid }: { readonly id: string; readonly pid?: number | undefined }): string {
  return id.startsWith("process:") ? processName(pid) : id;
}

export function processName(pid: number | undefined): string {
  return `process ${pid}`;
}

/** What a call has come to. @throws what is neither an answer of the agent nor the lack of one. */
export async function endOf(call: Promise<UnitDocument | undefined>): Promise<End> {
  try {
    return { what: "acknowledged", unit: await call };
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    const { code, problem, tried } = error;
    if (problem !== undefined) return { what: "refused", code };
    if (code !== "AGENT_UNREACHABLE") throw error;
    return { what: tried.some(({ reason }) => reason === "ECONNRESET") ? "never answered" : "not sent" };
  }
}
