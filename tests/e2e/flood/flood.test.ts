import { expect, test } from "vitest";
import { flood } from "./flood.js";
import { stall } from "./stalled.js";

test("x", async () => {
  console.log(await stall(Number(process.env["N"] ?? 1000), "500ms"));
}, 900000);
