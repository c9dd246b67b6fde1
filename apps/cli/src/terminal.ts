import type { Output } from "./output.js";

type Terminal = Pick<Output, "isTTY" | "columns">;
type Env = Readonly<Record<string, string | undefined>>;

/** Whether colours may be shown there: on a terminal, unless the environment has asked for something else. */
export function isColored({ isTTY = false }: Terminal, env: Env): boolean {
  const { FORCE_COLOR, NO_COLOR, TERM } = env;
  if (FORCE_COLOR !== undefined) {
    return FORCE_COLOR !== "0" && FORCE_COLOR !== "false";
  }
  return isTTY && !NO_COLOR && TERM !== "dumb";
}

/**
 * Whether a line can change there: not in a file or a pipe, nor in the log of a build, nor on a terminal that
 * does not know how wide it is.
 */
export function isLive({ isTTY = false, columns = 0 }: Terminal, { CI, TERM }: Env): boolean {
  return isTTY && columns > 0 && TERM !== "dumb" && CI === undefined;
}
