import { mergeConfig } from "vitest/config";
import base from "../../vitest.base.js";

/** What takes minutes by its nature: `pnpm soak`. */
export default mergeConfig(base, { test: { include: ["soak/*.soak.ts"], testTimeout: 3_600_000 } });
