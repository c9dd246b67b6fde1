import { expect, it } from "vitest";
import { flood } from "../flood/flood.js";
import { stall } from "../flood/stalled.js";

it("10 000 who wait for one unit have one answer each when it completes, and 200 readers see the same", async () => {
  const flooded = await flood(10_000, 200);
  const { answers, seen, footprints } = flooded;
  const [withReaders, withAll, withNobody] = footprints;
  const kibOf = (name: "heapKib" | "residentKib") => (withAll[name] - withReaders[name]) / 10_000;
  console.info({
    ...flooded,
    heapKibPerWaiter: kibOf("heapKib"),
    residentKibPerWaiter: kibOf("residentKib"),
  });
  expect(Object.entries(answers)).toEqual([[expect.stringMatching(/^200 .*"is_satisfied":true/), 10_000]]);
  expect(Object.values(seen)).toEqual([200]);
  expect(withNobody.openFiles).toBeLessThan(withReaders.openFiles);
  expect(withNobody.heapKib).toBeLessThan(1.1 * withReaders.heapKib);
});

it("clients that take nothing are dropped, and keep nobody waiting while 40 000 events happen", async () => {
  const stalled = await stall(20_000, "5s");
  console.info(stalled);
  const { before, mostResidentKib, after, delivered, resumed } = stalled;
  expect(delivered).toBe(40_000);
  expect(mostResidentKib - before.residentKib).toBeLessThan(100_000);
  expect(after.openFiles).toBe(before.openFiles);
  expect(resumed.every(({ type }) => type === "snapshot")).toBe(true);
});
