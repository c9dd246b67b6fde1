import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A path in a directory of its own. */
export function temporarySocket() {
  const directory = mkdtempSync(join(tmpdir(), "sync-bench-"));
  return {
    socketPath: join(directory, "server.sock"),
    remove: () => rmSync(directory, { recursive: true, force: true }),
  };
}
