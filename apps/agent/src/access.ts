import { execFileSync } from "node:child_process";
import { AgentError } from "./errors.js";

/** Who may use the socket, beside its owner. */
export interface AccessOptions {
  /** The permissions of the socket, such as `0o660`; its owner's are among them. @default 0o600, or 0o660 with a group */
  readonly socketMode?: number | undefined;
  /** The group of the socket: a name or a number. @default that of the process */
  readonly socketGroup?: string | number | undefined;
}

/** The same, with nothing left to look up. */
export interface Access {
  readonly mode: number;
  /** `undefined` leaves the socket the group that it gets. */
  readonly gid: number | undefined;
}

/** @throws {AgentError} `SOCKET_UNAVAILABLE` when there is no such mode or group. */
export function accessOf({ socketMode, socketGroup }: AccessOptions): Access {
  const mode = socketMode ?? (socketGroup === undefined ? 0o600 : 0o660);
  if ((mode & ~0o777) !== 0 || (mode & 0o600) !== 0o600) {
    const why = "it must be one of 0600 to 0777 that lets its owner in";
    throw new AgentError("SOCKET_UNAVAILABLE", `a socket cannot have mode ${octal(mode)}: ${why}`);
  }
  return { mode, gid: socketGroup === undefined ? undefined : gidOf(socketGroup) };
}

/** As people write it: `0660`. */
export function octal(mode: number): string {
  return mode.toString(8).padStart(4, "0");
}

/** Node knows no groups by their names; `getent`, of the C library, knows those of directory services as well. */
function gidOf(group: string | number): number {
  if (/^\d+$/.test(String(group))) return Number(group);
  try {
    const entry = execFileSync("getent", ["group", String(group)], { encoding: "utf8", stdio: "pipe" });
    return Number(entry.split(":")[2]);
  } catch (cause) {
    const why = `there is no group "${group}", or no getent command to find it: give its number`;
    throw new AgentError("SOCKET_UNAVAILABLE", `cannot share the socket: ${why}`, { cause });
  }
}
