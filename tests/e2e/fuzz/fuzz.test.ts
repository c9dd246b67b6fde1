import { expect, test } from "vitest";
import { seed } from "../harness/seed.js";
import { fuzz } from "./fuzz.js";

test("whatever is sent to an agent, it answers with a code or hangs up, and a refusal changes nothing", async () => {
  const { before, after } = await fuzz(seed, 2_000);
  expect(after.openFiles).toBe(before.openFiles);
});
