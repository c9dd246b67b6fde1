import { mergeConfig } from "vitest/config";
import base from "../../vitest.base.js";

/** What needs root and tools of the system: strace, systemd, other users, file systems of its own. `pnpm system`. */
export default mergeConfig(base, { test: { include: ["system/*.system.ts"], fileParallelism: false } });
