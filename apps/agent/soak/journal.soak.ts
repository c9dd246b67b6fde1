import { expect, it } from "vitest";
import { mistakesOfDamage, writtenUnderLoad } from "../test/damage.js";
import { temporaryFolder } from "../test/rig.js";

it("a journal that is damaged at any byte is what was before, or it is refused", async () => {
  using folder = temporaryFolder();
  const written = await writtenUnderLoad(folder.path);
  const { bytes, begins } = written;
  console.info({ bytes: bytes.length, records: begins.length - 1 });
  expect(mistakesOfDamage(written, bytes.keys())).toEqual([]);
});
